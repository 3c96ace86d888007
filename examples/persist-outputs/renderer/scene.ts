import bunny from "bunny";
import { lathe, straightProfile, type ProfilePoint } from "./lathe.js";
import { joinMeshes, smoothMesh, turn, type Mesh } from "./mesh.js";
import { subdivide } from "./subdivide.js";

/** The bunny on its turntable, on the floor of the studio: one mesh, the parts one after the other. */
export interface Scene {
  readonly mesh: Mesh;
  /** Numbers of the first triangle of the turntable and of the floor; the bunny comes first. */
  readonly firstTurntableTriangle: number;
  readonly firstFloorTriangle: number;
  readonly turnedRadians: number;
}

export const turntableRadius = 6.3;
const turntableHeight = 0.55;
const floorRadius = 26;

/** @param turnedRadians how far the turntable, with the bunny on it, has turned. */
export function createScene(turnedRadians: number): Scene {
  const parts = [turn(standingBunny(), turnedRadians), turntable(), floor()] as const;
  const firstTurntableTriangle = parts[0].triangles.length / 3;
  return {
    mesh: joinMeshes(parts),
    firstTurntableTriangle,
    firstFloorTriangle: firstTurntableTriangle + parts[1].triangles.length / 3,
    turnedRadians,
  };
}

/** The Stanford bunny has 3,674 triangles in this package; two steps of subdivision make it smooth at any size we draw. */
function standingBunny(): Mesh {
  const raised = bunny.positions.flatMap(([x, y, z]) => [x, y + turntableHeight, z]);
  const coarse = subdivide(Float32Array.from(raised), Uint32Array.from(bunny.cells.flat()));
  const fine = subdivide(coarse.positions, coarse.triangles);
  return smoothMesh(fine.positions, fine.triangles);
}

/** Rings lie close together on the top, because light is kept for each vertex and the bunny's shadow falls there. */
function turntable(): Mesh {
  const bevel = 0.12;
  const rim = turntableRadius - bevel;
  const roundedEdge = Array.from({ length: 7 }, (_, i): ProfilePoint => {
    const angle = (Math.PI / 2) * (i / 6);
    return [rim + bevel * Math.sin(angle), turntableHeight - bevel + bevel * Math.cos(angle)];
  });
  const top = straightProfile([0.01, turntableHeight], [rim - 0.01, turntableHeight], 40);
  const side = straightProfile([turntableRadius, turntableHeight - bevel - 0.02], [turntableRadius, 0], 3);
  return lathe([...top, ...roundedEdge, ...side], 144);
}

/** Rings grow wider outwards, where nothing but soft light falls. */
function floor(): Mesh {
  const rings = 60;
  const profile = Array.from({ length: rings + 1 }, (_, i): ProfilePoint => [
    0.01 + floorRadius * (i / rings) ** 1.4,
    0,
  ]);
  return lathe(profile, 120);
}
