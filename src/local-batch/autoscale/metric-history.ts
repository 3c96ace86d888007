import { type Sample, samplePeriodMs } from "./language/samples.js";

/** Metrics of one time by their names with `$`. */
export type Metrics = Readonly<Record<string, number>>;

/** A day: what formulas look back on at most. */
const maxSamples = (24 * 60 * 60 * 1_000) / samplePeriodMs;

/** The samples of one pool's metrics, in memory: a service that is started again begins anew. */
export class MetricHistory {
  readonly #entries: { readonly time: number; readonly metrics: Metrics }[] = [];

  /** When the next sample is due; now where there is none yet. */
  nextTime(now: number): number {
    const last = this.#entries.at(-1);
    return last ? last.time + samplePeriodMs : now;
  }

  /** Takes the sample that is due, if one is. */
  record(now: number, measure: () => Metrics): void {
    const due = this.nextTime(now);
    if (due > now) return;
    // After a pause of the machine there are no samples of the time that it took.
    const time = due + Math.floor((now - due) / samplePeriodMs) * samplePeriodMs;
    this.#entries.push({ time, metrics: measure() });
    if (this.#entries.length > maxSamples) this.#entries.shift();
  }

  samples(metric: string): Sample[] {
    return this.#entries.map(({ time, metrics }) => ({ time, value: metrics[metric] ?? 0 }));
  }
}
