import { axesAcross, dot, normalize, subtract, type Vector } from "./vector.js";

export interface Camera {
  readonly position: Vector;
  readonly target: Vector;
  /** From the middle of the picture to its upper edge, as a tangent. */
  readonly tangentOfHalfHeight: number;
}

/** Each vertex's place on a picture of `width` by `height` pixels, for {@link rasterize}. */
export function project(
  camera: Camera,
  positions: Float32Array,
  width: number,
  height: number,
): Float32Array {
  const backward = normalize(subtract(camera.position, camera.target));
  const { right, up } = axesAcross(backward);
  const focalLength = height / 2 / camera.tangentOfHalfHeight;
  const points = new Float32Array(positions.length);
  for (let v = 0; v < positions.length; v += 3) {
    const toVertex = subtract(
      [positions[v] ?? 0, positions[v + 1] ?? 0, positions[v + 2] ?? 0],
      camera.position,
    );
    const distance = -dot(toVertex, backward);
    points[v] = width / 2 + (focalLength * dot(toVertex, right)) / distance;
    points[v + 1] = height / 2 - (focalLength * dot(toVertex, up)) / distance;
    points[v + 2] = depthAtDistance(distance);
  }
  return points;
}

/** Perspective keeps 1/distance linear on the screen, not the distance; the sign makes it grow with the distance. */
export function depthAtDistance(distance: number): number {
  return -1 / distance;
}

export function distanceAtDepth(depth: number): number {
  return -1 / depth;
}
