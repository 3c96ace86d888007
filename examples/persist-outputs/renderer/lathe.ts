import { smoothMesh, type Mesh } from "./mesh.js";

/** A point of the profile: its distance from the y axis, and its height. */
export type ProfilePoint = readonly [radius: number, height: number];

/**
 * The surface that a profile sweeps around the y axis. Read the profile from the axis outwards for a surface that faces up.
 * Where the profile has a sharp corner, give two points close together.
 */
export function lathe(profile: readonly ProfilePoint[], segments: number): Mesh {
  const positions = new Float32Array(3 * profile.length * segments);
  const triangles = new Uint32Array(6 * (profile.length - 1) * segments);
  let corner = 0;
  for (const [ring, [radius, height]] of profile.entries()) {
    for (let segment = 0; segment < segments; segment++) {
      const angle = (2 * Math.PI * segment) / segments;
      const vertex = ring * segments + segment;
      positions.set([radius * Math.cos(angle), height, radius * Math.sin(angle)], 3 * vertex);
      if (ring === 0) continue;
      const neighbour = ring * segments + ((segment + 1) % segments);
      triangles.set([vertex - segments, neighbour - segments, vertex], corner);
      triangles.set([neighbour - segments, neighbour, vertex], corner + 3);
      corner += 6;
    }
  }
  return smoothMesh(positions, triangles);
}

/** Profile points on a straight line, both ends included. */
export function straightProfile(from: ProfilePoint, to: ProfilePoint, steps: number): ProfilePoint[] {
  return Array.from({ length: steps + 1 }, (_, step): ProfilePoint => {
    const t = step / steps;
    return [from[0] + t * (to[0] - from[0]), from[1] + t * (to[1] - from[1])];
  });
}
