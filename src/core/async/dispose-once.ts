/** Returns an object whose disposal calls a function. Only the first disposal calls it. */
export function disposeOnce(dispose: () => void): Disposable {
  let isDisposed = false;
  return {
    [Symbol.dispose]: () => {
      if (isDisposed) return;
      isDisposed = true;
      dispose();
    },
  };
}
