import type { JobRecord } from "../../state/records.js";

/** The pool of a job: the given one, or the one that was created for it; `undefined` until there is one. */
export function getPoolId({ given, autoPoolId }: JobRecord): string | undefined {
  return given.poolInfo.poolId ?? autoPoolId;
}
