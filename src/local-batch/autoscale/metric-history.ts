import { type Sample, samplePeriodInMs } from "./language/samples.js";

/** The metrics at one time, by their names with `$`. */
export type Metrics = Readonly<Record<string, number>>;

/** The samples of one day, the longest period that formulas can use. */
const maxSamples = (24 * 60 * 60 * 1_000) / samplePeriodInMs;

/** The samples of the metrics of a pool. They are only in memory, and lost at a restart. */
export class MetricHistory {
  readonly #entries: { readonly time: number; readonly metrics: Metrics }[] = [];

  /** Returns the time of the next sample; now if there is none yet. */
  nextTime(now: number): number {
    const last = this.#entries.at(-1);
    return last ? last.time + samplePeriodInMs : now;
  }

  /** Records a sample if one is due. */
  record(now: number, measure: () => Metrics): void {
    const due = this.nextTime(now);
    if (due > now) return;
    // If the machine was suspended, there are no samples for that time.
    const time = due + Math.floor((now - due) / samplePeriodInMs) * samplePeriodInMs;
    this.#entries.push({ time, metrics: measure() });
    if (this.#entries.length > maxSamples) this.#entries.shift();
  }

  samples(metric: string): Sample[] {
    return this.#entries.map(({ time, metrics }) => ({ time, value: metrics[metric] ?? 0 }));
  }
}
