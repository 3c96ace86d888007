export interface PromiseInParts<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

/** `Promise.withResolvers`, which Node.js 20 does not have. */
export function promiseInParts<T>(): PromiseInParts<T> {
  const parts: Partial<PromiseInParts<T>> = {};
  const promise = new Promise<T>((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return { ...(parts as Omit<PromiseInParts<T>, "promise">), promise };
}
