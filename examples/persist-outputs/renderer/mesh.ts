import type { Vector } from "./vector.js";

/** Triangles that share vertices. Coordinates lie flat, three numbers a vertex, for the sake of the inner loops. */
export interface Mesh {
  positions: Float32Array;
  /** Unit vectors, one a vertex. */
  normals: Float32Array;
  /** Three vertex numbers a triangle, counter-clockwise seen from outside. */
  triangles: Uint32Array;
}

export function vectorAt(flat: Float32Array, index: number): Vector {
  return [flat[3 * index] ?? 0, flat[3 * index + 1] ?? 0, flat[3 * index + 2] ?? 0];
}

/** A mesh whose normals are the mean of the faces around each vertex, large faces weighing more. */
export function smoothMesh(positions: Float32Array, triangles: Uint32Array): Mesh {
  const normals = new Float32Array(positions.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const corners = [triangles[t] ?? 0, triangles[t + 1] ?? 0, triangles[t + 2] ?? 0] as const;
    const [ax, ay, az] = vectorAt(positions, corners[0]);
    const [bx, by, bz] = vectorAt(positions, corners[1]);
    const [cx, cy, cz] = vectorAt(positions, corners[2]);
    const nx = (by - ay) * (cz - az) - (bz - az) * (cy - ay);
    const ny = (bz - az) * (cx - ax) - (bx - ax) * (cz - az);
    const nz = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    for (const corner of corners) {
      normals[3 * corner] = (normals[3 * corner] ?? 0) + nx;
      normals[3 * corner + 1] = (normals[3 * corner + 1] ?? 0) + ny;
      normals[3 * corner + 2] = (normals[3 * corner + 2] ?? 0) + nz;
    }
  }
  for (let v = 0; v < normals.length; v += 3) {
    const [x, y, z] = vectorAt(normals, v / 3);
    normals.set(x === 0 && y === 0 && z === 0 ? [0, 1, 0] : unit(x, y, z), v);
  }
  return { positions, normals, triangles };
}

/** The same mesh turned about the y axis. */
export function turn(mesh: Mesh, radians: number): Mesh {
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)];
  const rotate = (flat: Float32Array): Float32Array => {
    const turned = new Float32Array(flat.length);
    for (let v = 0; v < flat.length; v += 3) {
      const [x, y, z] = [flat[v] ?? 0, flat[v + 1] ?? 0, flat[v + 2] ?? 0];
      turned[v] = cos * x + sin * z;
      turned[v + 1] = y;
      turned[v + 2] = cos * z - sin * x;
    }
    return turned;
  };
  return { positions: rotate(mesh.positions), normals: rotate(mesh.normals), triangles: mesh.triangles };
}

/** One mesh of many; the triangles keep the order of the parts. */
export function joinMeshes(parts: readonly Mesh[]): Mesh {
  const vertexCount = parts.reduce((sum, part) => sum + part.positions.length, 0);
  const positions = new Float32Array(vertexCount);
  const normals = new Float32Array(vertexCount);
  const triangles = new Uint32Array(parts.reduce((sum, part) => sum + part.triangles.length, 0));
  let [vertex, corner] = [0, 0];
  for (const part of parts) {
    positions.set(part.positions, vertex);
    normals.set(part.normals, vertex);
    for (const index of part.triangles) triangles[corner++] = index + vertex / 3;
    vertex += part.positions.length;
  }
  return { positions, normals, triangles };
}

function unit(x: number, y: number, z: number): Vector {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}
