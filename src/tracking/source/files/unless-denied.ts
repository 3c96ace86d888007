import { hasCode } from "../../../core/index.js";

/**
 * Makes the call; returns `undefined` if access is denied: an unreadable file beside the log must not stop tracking.
 */
export async function ignoreDenied<T>(call: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await call();
  } catch (error) {
    if (hasCode(error, "EACCES", "EPERM", "ELOOP")) return undefined;
    throw error;
  }
}
