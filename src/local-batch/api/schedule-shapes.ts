import { metadata } from "./command-shapes.js";
import { jobSpecification } from "./job-shapes.js";
import { durationWithin, type Given, id, ignoring, object, required, text, time } from "./shape.js";

const minuteInMs = 60_000;

const schedule = object({
  doNotRunUntil: time,
  doNotRunAfter: time,
  startWindow: durationWithin(minuteInMs, Infinity),
  recurrenceInterval: durationWithin(minuteInMs, Infinity),
});

/** The body of "add job schedule". */
export const scheduleAdd = object({
  id: required(id),
  displayName: text(1024),
  schedule: required(schedule),
  jobSpecification: required(jobSpecification),
  metadata,
});

/** The body of "add job schedule", checked. */
export type GivenSchedule = Given<typeof scheduleAdd>;

/** The body of "patch job schedule": absent properties keep their values. */
export const schedulePatch = object({ schedule, jobSpecification, metadata });

const readOnlyProperties: ReadonlySet<string> = new Set([
  "id",
  "displayName",
  "url",
  "eTag",
  "lastModified",
  "creationTime",
  "state",
  "stateTransitionTime",
  "previousState",
  "previousStateTransitionTime",
  "executionInfo",
  "stats",
]);

/**
 * The body of "update job schedule": absent properties are reset to their defaults. Clients generated from TypeSpec send
 * the whole schedule back, so read-only properties are ignored.
 */
export const scheduleUpdate = ignoring(
  readOnlyProperties,
  object({ schedule: required(schedule), jobSpecification: required(jobSpecification), metadata }),
);
