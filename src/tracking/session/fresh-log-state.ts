import { randomUUID } from "node:crypto";
import { emptyLogState, type LogState } from "../log/log-state.js";
import { createHeadDigest } from "../source/generation/head-digest.js";
import type { Generation } from "../source/generation/generation.js";
import type { RecordedGeneration } from "../source/resume/recorded-generation.js";
import type { FoundSource, ResumePlan } from "../source/resume/resume-plan.js";

/** The state of a log in which nothing is stored. */
export function createFreshLogState(
  attempt: number,
  { writer, attemptId, nowNs }: { writer: string; attemptId: string | undefined; nowNs: bigint },
): LogState {
  return {
    ...emptyLogState,
    logId: randomUUID(),
    attemptId,
    attempt,
    since: nowNs,
    writer,
    finishedAt: undefined,
    keptFrom: undefined,
  };
}

/** The state that describes the file before anything of it is stored. */
export function describeFirstFile(
  { first }: FoundSource,
  { access }: ResumePlan,
): Pick<LogState, "file" | "head" | "hole" | "since"> {
  const [head, hole] = [createHeadDigest(first?.head ?? Buffer.alloc(0)), first?.start ?? 0];
  // The clock of a file system may be some milliseconds behind.
  const since = first?.firstSeenNs ?? access.files.nowNs() - 50_000_000n;
  return { file: first?.file.identity, head, hole, since };
}

/** The state of a log that continues in this file: the recorded one, a copy of it, or another one with all that is stored. */
export function describeFoundFile(
  { file }: Generation,
  state: LogState | undefined,
): Partial<Pick<LogState, "file" | "since">> {
  const { identity, first } = file;
  const isLater = state !== undefined && first.bornNs > state.since && state.file !== identity;
  return { file: identity, ...(isLater && { since: first.bornNs }) };
}

/** The generation at the end of a log. */
export function describeRecorded(state: LogState, isUnfinished: boolean): RecordedGeneration {
  const { file, since: sinceNs, hole: holeBytes, head } = state;
  return { file, isUnfinished, sinceNs, holeBytes, head };
}
