import type { Generation } from "../source/generation/generation.js";
import type { FoundSource } from "../source/resume/resume-plan.js";
import type { Source } from "../source/source.js";
import type { FileObservation } from "./file-observation.js";

/**
 * Returns the source that was observed while the log was being opened, if the log continues in its first file: the files after it are held
 * open, and may be under no name any more. Otherwise what was observed must be in the source that was found, or is reported as lost.
 *
 * @param isUnknown - Whether the log knows of no file: what was observed first is its first content.
 */
export async function addObserved(
  observation: FileObservation | undefined,
  { source, first }: FoundSource,
  isUnknown: boolean,
): Promise<Source> {
  if (observation === undefined) return source;
  const { source: observed } = await observation.look();
  const isSame = first !== undefined && (await observed.takeStored(first));
  if (isSame || isUnknown) {
    if (isSame) first.gapBytes = undefined;
    if (source.isGapKnown) await observed.suspectGap();
    await observation.handOver();
    return observed;
  }
  await reportObserved(observation, source);
  return source;
}

/** Whether the file is the first one that was observed while the log was being opened. */
export async function isObserved(
  observation: FileObservation | undefined,
  first: Generation | undefined,
): Promise<boolean> {
  const observed = await observation?.look();
  return observed?.source.current?.identity === first?.identity;
}

/** Records a possible loss if content was observed that a source does not have. */
export async function reportObserved(
  observation: FileObservation | undefined,
  source: Source,
): Promise<void> {
  const observed = await observation?.look();
  if (observed === undefined) return;
  // What came after the observed content must be known, otherwise it would seem to be missing.
  await source.look();
  await source.reportMissing(observed.source.generations);
  if (observed.source.isGapKnown) await source.suspectGap();
}
