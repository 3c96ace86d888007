/** A point, a direction or a linear RGB colour. */
export type Vector = readonly [number, number, number];

export function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scale(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

export function normalize(a: Vector): Vector {
  return scale(a, 1 / Math.hypot(a[0], a[1], a[2]));
}

/** Goes from 0 to 1, without a kink, as `x` goes from `from` to `to`. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** Two axes square to `forward` (a unit vector) and to each other, `up` as near to the y axis as can be. */
export function axesAcross(forward: Vector): { right: Vector; up: Vector } {
  const helper: Vector = Math.abs(forward[1]) > 0.99 ? [0, 0, -1] : [0, 1, 0];
  const right = normalize(cross(helper, forward));
  return { right, up: cross(forward, right) };
}
