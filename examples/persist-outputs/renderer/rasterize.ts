/** Which triangle is seen in each pixel, and how far away it is. */
export interface VisibilityBuffer {
  readonly width: number;
  readonly height: number;
  /** As given with the vertices; `Infinity` where nothing is seen. */
  readonly depth: Float32Array;
  /** The triangle's number in the mesh; -1 where nothing is seen. */
  readonly triangle: Int32Array;
}

export function createVisibilityBuffer(width: number, height: number): VisibilityBuffer {
  const depth = new Float32Array(width * height).fill(Infinity);
  return { width, height, depth, triangle: new Int32Array(width * height).fill(-1) };
}

export function clearVisibilityBuffer(buffer: VisibilityBuffer): void {
  buffer.depth.fill(Infinity);
  buffer.triangle.fill(-1);
}

/**
 * Draws triangles `first` up to `end` into the buffer; nearer ones win, and those seen from behind are left out.
 *
 * @param points x, y and depth of each vertex: pixels from the top left corner, and any measure that grows with the distance and
 * is linear on the screen.
 */
export function rasterize(
  buffer: VisibilityBuffer,
  points: Float32Array,
  triangles: Uint32Array,
  first: number,
  end: number,
): void {
  for (let t = first; t < end; t++) {
    const a = 3 * (triangles[3 * t] ?? 0);
    const b = 3 * (triangles[3 * t + 1] ?? 0);
    const c = 3 * (triangles[3 * t + 2] ?? 0);
    const [ax, ay, az] = [points[a] ?? 0, points[a + 1] ?? 0, points[a + 2] ?? 0];
    const [bx, by, bz] = [points[b] ?? 0, points[b + 1] ?? 0, points[b + 2] ?? 0];
    const [cx, cy, cz] = [points[c] ?? 0, points[c + 1] ?? 0, points[c + 2] ?? 0];
    // On the screen y grows downwards, so what is counter-clockwise in the world has a negative area here.
    const area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (area < 0) fillTriangle(buffer, t, area, ax, ay, az, bx, by, bz, cx, cy, cz);
  }
}

/** Scalars, not arrays: this runs some millions of times a frame. */
function fillTriangle(
  { width, height, depth, triangle }: VisibilityBuffer,
  number: number,
  area: number,
  ax: number,
  ay: number,
  az: number,
  bx: number,
  by: number,
  bz: number,
  cx: number,
  cy: number,
  cz: number,
): void {
  const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
  const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
  const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
  const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
  if (left > right || top > bottom) return;
  // Shares of the corners a and b at a pixel's middle; both change by the same step from pixel to pixel.
  const [stepA, stepB] = [(cy - by) / -area, (ay - cy) / -area];
  for (let y = top; y <= bottom; y++) {
    const [px, py] = [left + 0.5, y + 0.5];
    let wa = ((bx - px) * (cy - py) - (by - py) * (cx - px)) / area;
    let wb = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) / area;
    for (let pixel = y * width + left; pixel <= y * width + right; pixel++, wa += stepA, wb += stepB) {
      const wc = 1 - wa - wb;
      if (wa < 0 || wb < 0 || wc < 0) continue;
      const z = wa * az + wb * bz + wc * cz;
      if (z < (depth[pixel] ?? 0)) {
        depth[pixel] = z;
        triangle[pixel] = number;
      }
    }
  }
}
