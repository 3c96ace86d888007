import type { Mesh } from "./mesh.js";
import type { Vector } from "./vector.js";

/** One place on a surface, all that shading needs to know of it. */
export interface SurfacePoint {
  readonly position: Vector;
  /** Not quite a unit vector: the mean of unit vectors. */
  readonly normal: Vector;
  /** Light that reaches it, and how open it lies: see `bakeLight`. */
  readonly received: Vector;
  readonly openness: number;
}

/** What lies at `x`, `y` on the picture in the given triangle, between its corners, perspective taken into account. */
export function surfacePointAt(
  mesh: Mesh,
  baked: Float32Array,
  points: Float32Array,
  triangle: number,
  x: number,
  y: number,
): SurfacePoint {
  const a = mesh.triangles[3 * triangle] ?? 0;
  const b = mesh.triangles[3 * triangle + 1] ?? 0;
  const c = mesh.triangles[3 * triangle + 2] ?? 0;
  const [ax, ay] = [points[3 * a] ?? 0, points[3 * a + 1] ?? 0];
  const [bx, by] = [points[3 * b] ?? 0, points[3 * b + 1] ?? 0];
  const [cx, cy] = [points[3 * c] ?? 0, points[3 * c + 1] ?? 0];
  // A corner weighs by its area on the screen, and the less, the farther it is: depth is -1/distance.
  const rawA = ((bx - x) * (cy - y) - (by - y) * (cx - x)) * (points[3 * a + 2] ?? 0);
  const rawB = ((cx - x) * (ay - y) - (cy - y) * (ax - x)) * (points[3 * b + 2] ?? 0);
  const rawC = ((ax - x) * (by - y) - (ay - y) * (bx - x)) * (points[3 * c + 2] ?? 0);
  const sum = rawA + rawB + rawC;
  const [wa, wb, wc] = [rawA / sum, rawB / sum, rawC / sum];
  const between = (flat: Float32Array, stride: number, offset: number): number =>
    wa * (flat[stride * a + offset] ?? 0) +
    wb * (flat[stride * b + offset] ?? 0) +
    wc * (flat[stride * c + offset] ?? 0);
  const { positions, normals } = mesh;
  return {
    position: [between(positions, 3, 0), between(positions, 3, 1), between(positions, 3, 2)],
    normal: [between(normals, 3, 0), between(normals, 3, 1), between(normals, 3, 2)],
    received: [between(baked, 4, 0), between(baked, 4, 1), between(baked, 4, 2)],
    openness: between(baked, 4, 3),
  };
}
