declare module "bunny" {
  const bunny: {
    /** One `[x, y, z]` a vertex; the bunny stands on y = 0 and looks along the x axis. */
    readonly positions: readonly (readonly [number, number, number])[];
    /** One `[a, b, c]` a triangle: vertex numbers, counter-clockwise seen from outside. */
    readonly cells: readonly (readonly [number, number, number])[];
  };
  export default bunny;
}
