const tracked = new Map<string, number>();

/** Records that a path is tracked in this process, so that its file is not treated as a rotated file of another log. */
export function registerTrackedPath(path: string): Disposable {
  tracked.set(path, (tracked.get(path) ?? 0) + 1);
  return {
    [Symbol.dispose]: () => {
      const left = (tracked.get(path) ?? 1) - 1;
      if (left === 0) tracked.delete(path);
      else tracked.set(path, left);
    },
  };
}

export function isTrackedPath(path: string): boolean {
  return tracked.has(path);
}
