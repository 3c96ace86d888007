import { bakeLight } from "./bake-light.js";
import { distanceAtDepth, project, type Camera } from "./camera.js";
import { srgbByte, toneMap } from "./film-colour.js";
import { createVisibilityBuffer, rasterize, type VisibilityBuffer } from "./rasterize.js";
import { createScene, turntableRadius, type Scene } from "./scene.js";
import { backdropColour, bunnyColour, floorColour, turntableColour } from "./shade.js";
import { lightOnOpenFloor, studioLights } from "./studio.js";
import { surfacePointAt } from "./surface-point.js";
import type { Vector } from "./vector.js";

export interface RenderedFrame {
  readonly width: number;
  readonly height: number;
  /** Three bytes a pixel: sRGB, rows from the top. */
  readonly colour: Uint8Array;
  /** A number a pixel: 0 at `nearDistance`, 65534 at `farDistance`, 65535 where the backdrop is. */
  readonly depth: Uint16Array;
  readonly triangleCount: number;
  readonly lightCount: number;
}

/** Samples a pixel, across and down, so that edges are smooth. */
const samplesAcross = 2;
const camera: Camera = { position: [0, 13.2, 38], target: [0, 4.6, 0], tangentOfHalfHeight: 0.185 };
export const nearDistance = 25;
export const farDistance = 75;

/** Draws the bunny, turned, at `width` by `height` pixels. The same input gives the same picture on every machine of a kind. */
export function renderFrame(turnedRadians: number, width: number, height: number): RenderedFrame {
  const scene = createScene(turnedRadians);
  const lights = studioLights();
  const casters = {
    first: 0,
    end: scene.firstFloorTriangle,
    centre: [0, 5, 0] as const,
    radius: turntableRadius + 2,
  };
  const baked = bakeLight(scene.mesh, lights, casters);

  const seen = createVisibilityBuffer(samplesAcross * width, samplesAcross * height);
  const points = project(camera, scene.mesh.positions, seen.width, seen.height);
  rasterize(seen, points, scene.mesh.triangles, 0, scene.mesh.triangles.length / 3);

  const shade = sampleShader(scene, baked, points, seen, lightOnOpenFloor(lights));
  return {
    width,
    height,
    colour: averageSamples(width, height, shade),
    depth: nearestDepths(width, height, seen),
    triangleCount: scene.mesh.triangles.length / 3,
    lightCount: lights.length,
  };
}

/** The light that comes to the camera from one sample of the picture. */
function sampleShader(
  scene: Scene,
  baked: Float32Array,
  points: Float32Array,
  seen: VisibilityBuffer,
  openFloor: Vector,
): (x: number, y: number) => Vector {
  return (x, y) => {
    const triangle = seen.triangle[y * seen.width + x] ?? -1;
    const backdrop = backdropColour((2 * x) / seen.width - 1, 1 - (2 * y) / seen.height);
    if (triangle < 0) return backdrop;
    const point = surfacePointAt(scene.mesh, baked, points, triangle, x + 0.5, y + 0.5);
    if (triangle < scene.firstTurntableTriangle) return bunnyColour(point, camera);
    if (triangle < scene.firstFloorTriangle) return turntableColour(point, camera, scene.turnedRadians);
    return floorColour(point, backdrop, openFloor);
  };
}

function averageSamples(width: number, height: number, shade: (x: number, y: number) => Vector): Uint8Array {
  const colour = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [red, green, blue] = [0, 0, 0];
      for (let sample = 0; sample < samplesAcross ** 2; sample++) {
        const light = shade(
          samplesAcross * x + (sample % samplesAcross),
          samplesAcross * y + Math.floor(sample / samplesAcross),
        );
        red += toneMap(light[0]);
        green += toneMap(light[1]);
        blue += toneMap(light[2]);
      }
      const pixel = 3 * (y * width + x);
      colour[pixel] = srgbByte(red / samplesAcross ** 2);
      colour[pixel + 1] = srgbByte(green / samplesAcross ** 2);
      colour[pixel + 2] = srgbByte(blue / samplesAcross ** 2);
    }
  }
  return colour;
}

/** One sample a pixel: a mean of two distances would be a place where nothing is. */
function nearestDepths(width: number, height: number, seen: VisibilityBuffer): Uint16Array {
  const depths = new Uint16Array(width * height);
  for (let pixel = 0; pixel < depths.length; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const sample = samplesAcross * y * seen.width + samplesAcross * x;
    if ((seen.triangle[sample] ?? -1) < 0) {
      depths[pixel] = 65535;
      continue;
    }
    const share = (distanceAtDepth(seen.depth[sample] ?? 0) - nearDistance) / (farDistance - nearDistance);
    depths[pixel] = Math.round(65534 * Math.min(1, Math.max(0, share)));
  }
  return depths;
}
