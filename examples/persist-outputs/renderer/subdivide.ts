/**
 * One step of Loop subdivision: every triangle becomes four, and the surface gets rounder. The mesh must be closed, as the
 * bunny is: each edge between exactly two triangles.
 */
export function subdivide(
  positions: Float32Array,
  triangles: Uint32Array,
): { positions: Float32Array; triangles: Uint32Array } {
  const vertexCount = positions.length / 3;
  const edges = findEdges(triangles, vertexCount);
  const finer = new Float32Array(3 * (vertexCount + edges.size));
  moveVertices(positions, edges.values(), finer);
  placeEdgePoints(positions, edges.values(), finer);
  return { positions: finer, triangles: splitTriangles(triangles, edges, vertexCount) };
}

interface Edge {
  readonly a: number;
  readonly b: number;
  /** The vertices across the edge: the third corner of the triangle on either side. */
  readonly across: number[];
  /** The number of the vertex that the edge's middle becomes. */
  readonly middle: number;
}

const edgeKey = (a: number, b: number, vertexCount: number): number =>
  Math.min(a, b) * vertexCount + Math.max(a, b);

function findEdges(triangles: Uint32Array, vertexCount: number): Map<number, Edge> {
  const edges = new Map<number, Edge>();
  for (let t = 0; t < triangles.length; t += 3) {
    for (let side = 0; side < 3; side++) {
      const a = triangles[t + side] ?? 0;
      const b = triangles[t + ((side + 1) % 3)] ?? 0;
      const opposite = triangles[t + ((side + 2) % 3)] ?? 0;
      const key = edgeKey(a, b, vertexCount);
      const known = edges.get(key);
      if (known) known.across.push(opposite);
      else edges.set(key, { a, b, across: [opposite], middle: vertexCount + edges.size });
    }
  }
  return edges;
}

/** A vertex moves towards the mean of its neighbours, by Loop's weights in Warren's simpler form. */
function moveVertices(positions: Float32Array, edges: Iterable<Edge>, finer: Float32Array): void {
  const vertexCount = positions.length / 3;
  const neighbourSums = new Float64Array(positions.length);
  const neighbourCounts = new Uint32Array(vertexCount);
  for (const { a, b } of edges) {
    for (const [vertex, neighbour] of [[a, b] as const, [b, a] as const]) {
      neighbourCounts[vertex] = (neighbourCounts[vertex] ?? 0) + 1;
      for (let axis = 0; axis < 3; axis++) {
        const sum = neighbourSums[3 * vertex + axis] ?? 0;
        neighbourSums[3 * vertex + axis] = sum + (positions[3 * neighbour + axis] ?? 0);
      }
    }
  }
  for (let i = 0; i < positions.length; i++) {
    const count = neighbourCounts[Math.floor(i / 3)] ?? 0;
    const weight = count === 3 ? 3 / 16 : 3 / (8 * count);
    finer[i] = (1 - count * weight) * (positions[i] ?? 0) + weight * (neighbourSums[i] ?? 0);
  }
}

function placeEdgePoints(positions: Float32Array, edges: Iterable<Edge>, finer: Float32Array): void {
  for (const { a, b, across, middle } of edges) {
    const [c, d] = across;
    if (c === undefined || d === undefined || across.length > 2) {
      throw new RangeError(`The mesh is not closed at the edge between vertices ${a} and ${b}.`);
    }
    for (let axis = 0; axis < 3; axis++) {
      const ends = (positions[3 * a + axis] ?? 0) + (positions[3 * b + axis] ?? 0);
      const sides = (positions[3 * c + axis] ?? 0) + (positions[3 * d + axis] ?? 0);
      finer[3 * middle + axis] = (3 * ends + sides) / 8;
    }
  }
}

function splitTriangles(
  triangles: Uint32Array,
  edges: ReadonlyMap<number, Edge>,
  vertexCount: number,
): Uint32Array {
  const split = new Uint32Array(4 * triangles.length);
  const middle = (a: number, b: number): number => edges.get(edgeKey(a, b, vertexCount))?.middle ?? 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t] ?? 0, triangles[t + 1] ?? 0, triangles[t + 2] ?? 0];
    const [ab, bc, ca] = [middle(a, b), middle(b, c), middle(c, a)];
    split.set([a, ab, ca, b, bc, ab, c, ca, bc, ab, bc, ca], 4 * t);
  }
  return split;
}
