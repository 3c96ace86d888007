import { ArgumentProblem } from "./functions.js";
import { double, doubleVec, timeinterval, timestamp, type Value } from "./values.js";

/** What a metric was at a time, in milliseconds since 1970. */
export interface Sample {
  readonly time: number;
  readonly value: number;
}

/** The service takes samples every 30 seconds. */
export const samplePeriodMs = 30_000;

/** Fewer samples than a formula insists on. */
export class SamplesMissing extends Error {
  override readonly name = "SamplesMissing";
  readonly wantedPercent: number;
  readonly receivedPercent: number;

  constructor(wantedPercent: number, receivedPercent: number) {
    super("Samples are missing");
    this.wantedPercent = wantedPercent;
    this.receivedPercent = receivedPercent;
  }
}

/** @throws ArgumentProblem; SamplesMissing. */
export type SampleMethod = (samples: readonly Sample[], args: readonly Value[], now: number) => Value;

/** The methods of a metric's history; the samples are given oldest first. */
export const sampleMethods: ReadonlyMap<string, SampleMethod> = new Map<string, SampleMethod>([
  ["GetSample", getSample],
  ["GetSamplePercent", getSamplePercent],
  ["GetSamplePeriod", () => timeinterval(samplePeriodMs)],
  ["Count", (samples) => double(samples.length)],
  ["HistoryBeginTime", (samples, _args, now) => timestamp(samples[0]?.time ?? now)],
]);

/** The newest so many samples; or those of a time, with the percentage of them that there must be. */
function getSample(samples: readonly Sample[], args: readonly Value[], now: number): Value {
  const [first] = args;
  if (first?.type === "double") {
    if (args.length > 1 || !(first.value >= 0))
      throw new ArgumentProblem("A count of samples is one number from 0 on");
    const count = Math.trunc(first.value);
    return doubleVec(count === 0 ? [] : samples.slice(-count).map(({ value }) => value));
  }
  const last = args.at(-1);
  const wanted = last?.type === "double" ? last.value : 0;
  const period = readPeriod(last?.type === "double" ? args.slice(0, -1) : args, now);
  const found = samples.filter(({ time }) => time > period.start && time <= period.end);
  const received = percentOf(found.length, period);
  if (received < wanted) throw new SamplesMissing(wanted, received);
  return doubleVec(found.map(({ value }) => value));
}

function getSamplePercent(samples: readonly Sample[], args: readonly Value[], now: number): Value {
  const period = readPeriod(args, now);
  const found = samples.filter(({ time }) => time > period.start && time <= period.end);
  return double(percentOf(found.length, period));
}

interface Period {
  readonly start: number;
  readonly end: number;
}

/** One or two ends of a period in any order: times, or how long they are ago. With one end it lasts until now. */
function readPeriod(args: readonly Value[], now: number): Period {
  if (args.length < 1 || args.length > 2)
    throw new ArgumentProblem("Expected a count, or the start and end of a time");
  const ends = args.map((end) => {
    if (end.type === "timestamp") return end.time;
    if (end.type === "timeinterval") return now - end.length;
    throw new ArgumentProblem(`Expected timestamp or timeinterval, received ${end.type}`);
  });
  const [one = now, other = now] = ends;
  return { start: Math.min(one, other), end: Math.max(one, other) };
}

function percentOf(count: number, { start, end }: Period): number {
  const possible = Math.floor((end - start) / samplePeriodMs);
  return possible <= 0 ? (count > 0 ? 100 : 0) : Math.min(100, Math.trunc((count * 100) / possible));
}
