import { hasCode } from "../../../core/index.js";

/** Makes the call, or gives `undefined` where the system does not allow it: a neighbour that is closed stops no log. */
export async function unlessDenied<T>(call: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (hasCode(error, "EACCES", "EPERM", "ELOOP")) return undefined;
    throw error;
  }
}
