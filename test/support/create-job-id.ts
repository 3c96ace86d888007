import { randomBytes } from "node:crypto";

const ofThisProcess = randomBytes(4).toString("hex");
let count = 0;

/**
 * A job id that no other test of this or another run has: `<prefix>-<random of the process>-<counter>`. Legal for Batch and,
 * with a short lowercase prefix, carried into the container name as it is.
 */
export function createJobId(prefix = "job"): string {
  count += 1;
  return `${prefix}-${ofThisProcess}-${count.toString(36)}`;
}
