import type { Mesh } from "./mesh.js";
import {
  clearVisibilityBuffer,
  createVisibilityBuffer,
  rasterize,
  type VisibilityBuffer,
} from "./rasterize.js";
import type { DirectionalLight } from "./studio.js";
import { axesAcross, type Vector } from "./vector.js";

/** The triangles that throw shadows: from `first` up to `end`, all within `radius` of `centre`. */
export interface ShadowCasters {
  readonly first: number;
  readonly end: number;
  readonly centre: Vector;
  readonly radius: number;
}

const shadowMapSize = 288;
/** Of the radius: how much farther than the nearest surface a point must be before it counts as in shadow. */
const shadowBias = 0.012;

/**
 * Adds up, for each vertex, the light that reaches it: red, green, blue, four numbers a vertex. The fourth is the share of all
 * lights before the vertex that nothing hides: 1 in the open, towards 0 in a fold.
 */
export function bakeLight(
  mesh: Mesh,
  lights: readonly DirectionalLight[],
  casters: ShadowCasters,
): Float32Array {
  const vertexCount = mesh.positions.length / 3;
  const baked = new Float32Array(4 * vertexCount);
  const facing = new Float32Array(vertexCount);
  const shadowMap = createVisibilityBuffer(shadowMapSize, shadowMapSize);
  for (const light of lights) {
    const points = seenFromLight(mesh.positions, light.direction, casters);
    clearVisibilityBuffer(shadowMap);
    rasterize(shadowMap, points, mesh.triangles, casters.first, casters.end);
    addLight(baked, facing, mesh.normals, points, shadowMap, light, shadowBias * casters.radius);
  }
  for (let v = 0; v < vertexCount; v++) {
    const open = facing[v] ?? 0;
    if (open > 0) baked[4 * v + 3] = (baked[4 * v + 3] ?? 0) / open;
  }
  return baked;
}

function addLight(
  baked: Float32Array,
  facing: Float32Array,
  normals: Float32Array,
  points: Float32Array,
  shadowMap: VisibilityBuffer,
  { direction: [dx, dy, dz], colour: [red, green, blue] }: DirectionalLight,
  bias: number,
): void {
  for (let v = 0; v < facing.length; v++) {
    const n = 3 * v;
    const cosine = dx * (normals[n] ?? 0) + dy * (normals[n + 1] ?? 0) + dz * (normals[n + 2] ?? 0);
    if (cosine <= 0) continue;
    // Grazing surfaces vary more within one pixel of the shadow map, and need more room.
    const depth = (points[n + 2] ?? 0) - bias / Math.max(cosine, 0.2);
    const received = cosine * openness(shadowMap, points[n] ?? 0, points[n + 1] ?? 0, depth);
    const b = 4 * v;
    baked[b] = (baked[b] ?? 0) + red * received;
    baked[b + 1] = (baked[b + 1] ?? 0) + green * received;
    baked[b + 2] = (baked[b + 2] ?? 0) + blue * received;
    baked[b + 3] = (baked[b + 3] ?? 0) + received;
    facing[v] = (facing[v] ?? 0) + cosine;
  }
}

/** Places on the shadow map, seen from the light, whose rays are parallel. */
function seenFromLight(positions: Float32Array, direction: Vector, casters: ShadowCasters): Float32Array {
  const { right, up } = axesAcross(direction);
  const pixelsPerUnit = (shadowMapSize / 2 - 1) / casters.radius;
  const [centreX, centreY, centreZ] = casters.centre;
  const points = new Float32Array(positions.length);
  for (let v = 0; v < positions.length; v += 3) {
    const x = (positions[v] ?? 0) - centreX;
    const y = (positions[v + 1] ?? 0) - centreY;
    const z = (positions[v + 2] ?? 0) - centreZ;
    points[v] = shadowMapSize / 2 + pixelsPerUnit * (x * right[0] + y * right[1] + z * right[2]);
    points[v + 1] = shadowMapSize / 2 - pixelsPerUnit * (x * up[0] + y * up[1] + z * up[2]);
    points[v + 2] = -(x * direction[0] + y * direction[1] + z * direction[2]);
  }
  return points;
}

/** Which part of the four shadow map pixels around a place lets the light through to this depth. */
function openness({ width, height, depth }: VisibilityBuffer, x: number, y: number, atDepth: number): number {
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) return 1;
  const rightShare = x - 0.5 - left;
  const bottomShare = y - 0.5 - top;
  const pixel = top * width + left;
  const topOpen =
    ((depth[pixel] ?? 0) >= atDepth ? 1 - rightShare : 0) +
    ((depth[pixel + 1] ?? 0) >= atDepth ? rightShare : 0);
  const bottomOpen =
    ((depth[pixel + width] ?? 0) >= atDepth ? 1 - rightShare : 0) +
    ((depth[pixel + width + 1] ?? 0) >= atDepth ? rightShare : 0);
  return topOpen * (1 - bottomShare) + bottomOpen * bottomShare;
}
