import type { Camera } from "./camera.js";
import { turntableRadius } from "./scene.js";
import { reflectedLight } from "./studio.js";
import type { SurfacePoint } from "./surface-point.js";
import { add, dot, normalize, scale, smoothstep, subtract, type Vector } from "./vector.js";

const glaze: Vector = [0.82, 0.6, 0.41];
const lacquer: Vector = [0.012, 0.12, 0.36];
const mark: Vector = [0.75, 0.85, 0.95];

/** A wall and floor without an edge between them, brighter behind the subject. `x` and `y` go from -1 to 1. */
export function backdropColour(x: number, y: number): Vector {
  const glow = Math.exp(-(x * x * 0.9 + (y - 0.1) ** 2 * 1.1));
  return [0.05 + 0.3 * glow, 0.11 + 0.38 * glow, 0.2 + 0.45 * glow];
}

export function bunnyColour(point: SurfacePoint, camera: Camera): Vector {
  return polished(point, camera, glaze, 0.045);
}

export function turntableColour(point: SurfacePoint, camera: Camera, turnedRadians: number): Vector {
  return polished(point, camera, onMark(point.position, turnedRadians) ? mark : lacquer, 0.04);
}

/** The floor is the backdrop itself, darker where things hide the light: so it has no end. */
export function floorColour(point: SurfacePoint, backdrop: Vector, openFloor: Vector): Vector {
  return [
    backdrop[0] * Math.min(1, point.received[0] / openFloor[0]),
    backdrop[1] * Math.min(1, point.received[1] / openFloor[1]),
    backdrop[2] * Math.min(1, point.received[2] / openFloor[2]),
  ];
}

/** A matt colour under a clear coat, which reflects the more, the flatter one looks at it (Schlick's formula). */
function polished(point: SurfacePoint, camera: Camera, colour: Vector, reflectance: number): Vector {
  const towardsEye = normalize(subtract(camera.position, point.position));
  const normal = normalize(point.normal);
  const cosine = Math.max(0, dot(normal, towardsEye));
  const reflected = reflectance + (1 - reflectance) * (1 - cosine) ** 5;
  const mirrored = subtract(scale(normal, 2 * dot(normal, towardsEye)), towardsEye);
  // A fold that no light enters must not shine.
  const coat = scale(reflectedLight(mirrored), reflected * smoothstep(0.1, 0.9, point.openness));
  const { received } = point;
  const matt: Vector = [colour[0] * received[0], colour[1] * received[1], colour[2] * received[2]];
  return add(scale(matt, 1 - reflected), coat);
}

/** Thirty-six marks around the edge, every ninth a long one: they show the turning. */
function onMark([x, , z]: Vector, turnedRadians: number): boolean {
  const radius = Math.hypot(x, z) / turntableRadius;
  if (radius > 0.96 || radius < 0.86) return false;
  const marks = ((Math.atan2(z, x) + turnedRadians) / (2 * Math.PI)) * 36;
  const nearest = Math.round(marks);
  const isLong = nearest % 9 === 0;
  return Math.abs(marks - nearest) < (isLong ? 0.09 : 0.05) && radius > (isLong ? 0.86 : 0.91);
}
