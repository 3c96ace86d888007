import { add, axesAcross, dot, normalize, scale, smoothstep, type Vector } from "./vector.js";

/** A rectangle of light far away, as photographers hang about a small subject. */
export interface SoftBox {
  /** From the subject towards the middle of the light. */
  readonly direction: Vector;
  /** Half its width and height, seen from the subject, as tangents. */
  readonly halfWidth: number;
  readonly halfHeight: number;
  /** Light that falls on a surface facing it, linear RGB. */
  readonly colour: Vector;
  readonly samples: number;
}

/** Light from one direction; many of them stand for a surface that shines, so that shadows are soft. */
export interface DirectionalLight {
  readonly direction: Vector;
  readonly colour: Vector;
}

const softBoxes: readonly SoftBox[] = [
  // Key: large, warm, from the upper left, before the subject.
  {
    direction: normalize([-0.78, 0.72, 0.5]),
    halfWidth: 0.34,
    halfHeight: 0.34,
    colour: [1.55, 1.36, 1.12],
    samples: 24,
  },
  // Fill: from the right, cool and weak, so that the side in shadow keeps its shape.
  {
    direction: normalize([0.95, 0.3, 0.45]),
    halfWidth: 0.45,
    halfHeight: 0.7,
    colour: [0.16, 0.24, 0.38],
    samples: 8,
  },
  // Rim: behind, from the right, draws a bright line around ears and back.
  {
    direction: normalize([0.62, 0.5, -0.86]),
    halfWidth: 0.2,
    halfHeight: 0.5,
    colour: [1.35, 1.45, 1.6],
    samples: 8,
  },
];

const skyColour: Vector = [0.2, 0.245, 0.31];
const floorColour: Vector = [0.13, 0.15, 0.18];
const skySamples = 30;
const floorSamples = 8;

/** Computed once: `reflectedLight` runs for every sample of the picture. */
const hungBoxes = softBoxes.map((box) => ({ ...box, ...axesAcross(box.direction) }));

/** The soft boxes, the pale room around them, and what the floor throws back up. */
export function studioLights(): DirectionalLight[] {
  return [
    ...softBoxes.flatMap(sampleSoftBox),
    ...sampleHemisphere(skyColour, skySamples, 1),
    ...sampleHemisphere(floorColour, floorSamples, -1),
  ];
}

/** What reaches a floor when nothing stands on it. */
export function lightOnOpenFloor(lights: readonly DirectionalLight[]): Vector {
  return lights.reduce<Vector>(
    (sum, { direction, colour }) => add(sum, scale(colour, Math.max(0, direction[1]))),
    [0, 0, 0],
  );
}

/** What a polished surface shows of the studio in this direction. */
export function reflectedLight(direction: Vector): Vector {
  const towardsSky = smoothstep(-0.25, 0.6, direction[1]);
  let seen = add(scale(floorColour, 1 - towardsSky), scale(skyColour, 1.2 * towardsSky));
  for (const box of hungBoxes) {
    seen = add(seen, scale(box.colour, 2.2 * insideSoftBox(box, direction)));
  }
  return seen;
}

/** 1 inside the rectangle, 0 outside, soft at its edge. */
function insideSoftBox(box: (typeof hungBoxes)[number], direction: Vector): number {
  const { halfWidth, halfHeight } = box;
  const towards = dot(direction, box.direction);
  if (towards <= 0) return 0;
  const x = Math.abs(dot(direction, box.right)) / towards;
  const y = Math.abs(dot(direction, box.up)) / towards;
  return (
    smoothstep(halfWidth * 1.35, halfWidth * 0.7, x) * smoothstep(halfHeight * 1.35, halfHeight * 0.7, y)
  );
}

function sampleSoftBox(box: SoftBox): DirectionalLight[] {
  const { right, up } = axesAcross(box.direction);
  const colour = scale(box.colour, 1 / box.samples);
  return evenlySpread(box.samples).map(([u, v]) => {
    const across = add(scale(right, (2 * u - 1) * box.halfWidth), scale(up, (2 * v - 1) * box.halfHeight));
    return { direction: normalize(add(box.direction, across)), colour };
  });
}

/** `side` 1: from above; -1: from below. Directions near the vertical come more often, as their light counts more on a floor. */
function sampleHemisphere(colour: Vector, samples: number, side: 1 | -1): DirectionalLight[] {
  return evenlySpread(samples).map(([u, v]) => {
    const sine = Math.sqrt(u);
    const cosine = Math.sqrt(1 - u);
    const angle = 2 * Math.PI * v;
    return {
      direction: [sine * Math.cos(angle), side * Math.max(cosine, 0.05), sine * Math.sin(angle)],
      // Divided by the cosine that a floor will multiply it with, so that an open floor receives just `colour`.
      colour: scale(colour, 1 / (samples * Math.max(cosine, 0.35))),
    };
  });
}

/** Points of the unit square that never bunch up: the R2 sequence, the plane's answer to the golden ratio. */
function evenlySpread(count: number): [u: number, v: number][] {
  const plastic = 1.324717957244746;
  return Array.from({ length: count }, (_, i) => [
    (0.5 + (i + 1) / plastic) % 1,
    (0.5 + (i + 1) / plastic ** 2) % 1,
  ]);
}
