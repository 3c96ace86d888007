import type { JobRecord } from "../../state/records.js";

/** The pool that a job runs on: the one it was given, or the one that was made for it; `undefined` as long as there is none. */
export function getPoolId({ given, autoPoolId }: JobRecord): string | undefined {
  return given.poolInfo.poolId ?? autoPoolId;
}
