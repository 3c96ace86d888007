import { type Manner, manners } from "./writer-process.js";

/** What happens in a round of torture: by its seed alone. */
export interface TorturePlan {
  readonly manners: readonly Manner[];
  /** The files that are tracked: the first one, and those of other workers beside it. */
  readonly names: readonly string[];
  readonly banner: string;
  readonly lineCount: number;
  readonly pauseInMs: number;
  readonly blockLimit: number;
  readonly flushIntervalInMs: number;
  readonly maxKills: number;
  /** The maximum time that a tracker lives before it is killed. */
  readonly maxLifeInMs: number;
  readonly faultProbability: number;
  /** `undefined` if the store is there all the time. */
  readonly outage: Outage | undefined;
}

export interface Outage {
  readonly afterInMs: number;
  readonly durationInMs: number;
  /** Whether requests get no answer; otherwise their connections are cut. */
  readonly isStall: boolean;
}

/** A writer's mean number of lines between two pauses. */
const linesOfBurst = 127;

export function planTorture(random: () => number, maxOutageInMs: number): TorturePlan {
  const below = (limit: number): number => Math.floor(random() * limit);
  const manner = (): Manner => manners[below(manners.length)] ?? "none";
  const first = manner();
  const lineCount = 500 + below(2_500);
  const outage =
    below(3) === 0
      ? { afterInMs: below(1_000), durationInMs: below(maxOutageInMs), isStall: below(2) === 0 }
      : undefined;
  // The file is written and rotated all through the outage.
  const pauseInMs = 12 + ((outage?.durationInMs ?? 0) * 1.2 * linesOfBurst) / lineCount;
  return {
    manners: below(6) === 0 ? [first, manner()] : [first],
    names: ["app.log", "app.1.log", "app.2.log"].slice(0, below(3) === 0 ? 2 + below(2) : 1),
    banner: below(2) === 0 ? "=== the program 1.0 ===\n" : "",
    lineCount,
    pauseInMs,
    outage,
    blockLimit: random() < 0.4 ? 5 + below(20) : 50_000,
    flushIntervalInMs: [1, 10, 40, 150][below(4)] ?? 10,
    maxKills: 1 + below(6),
    maxLifeInMs: Math.max(700, (outage?.durationInMs ?? 0) / 2),
    faultProbability: [0, 0.03, 0.1, 0.25][below(4)] ?? 0,
  };
}
