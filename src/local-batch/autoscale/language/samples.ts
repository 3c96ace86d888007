import { ArgumentProblem } from "./functions.js";
import { double, doubleVec, timeinterval, timestamp, type Value } from "./values.js";

/** The value of a metric at a time in milliseconds since 1970. */
export interface Sample {
  readonly time: number;
  readonly value: number;
}

/** The service takes samples every 30 seconds. */
export const samplePeriodInMs = 30_000;

/** Thrown if there are fewer samples than the formula requires. */
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

/** The methods of a metric. Samples are ordered oldest first. */
export const sampleMethods: ReadonlyMap<string, SampleMethod> = new Map<string, SampleMethod>([
  ["GetSample", getSample],
  ["GetSamplePercent", getSamplePercent],
  ["GetSamplePeriod", () => timeinterval(samplePeriodInMs)],
  ["Count", (samples) => double(samples.length)],
  ["HistoryBeginTime", (samples, _args, now) => timestamp(samples[0]?.time ?? now)],
]);

/** `GetSample(count)`, or `GetSample(start, end, required percentage)`. */
function getSample(samples: readonly Sample[], args: readonly Value[], now: number): Value {
  const [first] = args;
  if (first?.type === "double") {
    if (args.length > 1 || !(first.value >= 0))
      throw new ArgumentProblem("A count of samples must be one number, 0 or more");
    const count = Math.trunc(first.value);
    return doubleVec(count === 0 ? [] : samples.slice(-count).map(({ value }) => value));
  }
  const last = args.at(-1);
  const wanted = last?.type === "double" ? last.value : 0;
  const period = readPeriod(last?.type === "double" ? args.slice(0, -1) : args, now);
  const found = samples.filter(({ time }) => time > period.start && time <= period.end);
  const received = calculatePercent(found.length, period);
  if (received < wanted) throw new SamplesMissing(wanted, received);
  return doubleVec(found.map(({ value }) => value));
}

function getSamplePercent(samples: readonly Sample[], args: readonly Value[], now: number): Value {
  const period = readPeriod(args, now);
  const found = samples.filter(({ time }) => time > period.start && time <= period.end);
  return double(calculatePercent(found.length, period));
}

interface Period {
  readonly start: number;
  readonly end: number;
}

/** Reads the start and end of a period, in any order. Each is a time, or an interval before now. Without an end, it is now. */
function readPeriod(args: readonly Value[], now: number): Period {
  if (args.length < 1 || args.length > 2)
    throw new ArgumentProblem("Expected a count, or the start and end of a period");
  const ends = args.map((end) => {
    if (end.type === "timestamp") return end.time;
    if (end.type === "timeinterval") return now - end.length;
    throw new ArgumentProblem(`Expected timestamp or timeinterval, received ${end.type}`);
  });
  const [one = now, other = now] = ends;
  return { start: Math.min(one, other), end: Math.max(one, other) };
}

function calculatePercent(count: number, { start, end }: Period): number {
  const possible = Math.floor((end - start) / samplePeriodInMs);
  return possible <= 0 ? (count > 0 ? 100 : 0) : Math.min(100, Math.trunc((count * 100) / possible));
}
