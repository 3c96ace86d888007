import { describe, expect, test } from "vitest";

import { Arrivals } from "../../../src/tracking/index.js";
import { LineTimes } from "../../../src/tracking/times/line-times.js";
import {
  formatTimesBlock,
  parseTimesBlocks,
  type TimesBlock,
} from "../../../src/tracking/times/times-format.js";

const t = 1_795_973_654_372;

const block = (from: number, to: number, ...marks: readonly (readonly [number, number])[]): TimesBlock => ({
  start: t,
  from,
  to,
  withinMs: 1_000,
  marks: [[from, 0] as const, ...marks].map(([position, ms]) => ({ position, at: t + ms })),
});

describe("the format of times", () => {
  test("contains what was written", () => {
    const blocks = [block(0, 100, [20, 1_500], [99, 4_000]), block(100, 101)];
    expect(parseTimesBlocks(blocks.map(formatTimesBlock).join(""))).toEqual(blocks);
  });

  test.each([
    ["no JSON", "{"],
    ["another value", "[1]"],
    ["null", "null"],
    ["a later version", JSON.stringify({ ...wire(), version: 2 })],
    ["a range that ends before it begins", JSON.stringify({ ...wire(), to: 0 })],
    ["a negative position", JSON.stringify({ ...wire(), from: -1 })],
    [
      "a position that no number can have exactly",
      '{"version":1,"start":1,"from":0,"to":1e300,"at":1,"withinMs":1,"steps":[]}',
    ],
    ["a time that no Date can have", JSON.stringify({ ...wire(), at: 8.7e15 })],
    ["steps to a time that no Date can have", JSON.stringify({ ...wire(), steps: [1, 8.64e15] })],
    ["half a step", JSON.stringify({ ...wire(), steps: [1] })],
    ["a step back", JSON.stringify({ ...wire(), steps: [5, -1] })],
    ["a step to the same position", JSON.stringify({ ...wire(), steps: [0, 5] })],
    ["a step beyond the range", JSON.stringify({ ...wire(), steps: [10, 5] })],
    ["steps that are no list", JSON.stringify({ ...wire(), steps: { length: 2 } })],
  ])("is refused as a whole with %s", (_, line) => {
    const good = formatTimesBlock(block(0, 100));
    expect(parseTimesBlocks(good)).toHaveLength(1);
    expect(parseTimesBlocks(`${good}${line}\n`)).toBeUndefined();
  });
});

function wire() {
  return { version: 1, start: t, from: 100, to: 110, at: t, withinMs: 1_000, steps: [] as number[] };
}

describe("LineTimes", () => {
  const at = (times: LineTimes | undefined, position: number): number | undefined => {
    const found = times?.find(position);
    return found && found.time.getTime() - t;
  };

  test("finds the last mark that is not after a position", () => {
    const times = LineTimes.create([block(10, 100, [20, 1_500], [99, 4_000]), block(200, 300, [250, 9_000])]);
    expect([10, 19, 20, 98, 99].map((position) => at(times, position))).toEqual([0, 0, 1_500, 1_500, 4_000]);
    expect([200, 250, 299].map((position) => at(times, position))).toEqual([0, 9_000, 9_000]);
  });

  test("knows nothing before, between and after its ranges", () => {
    const times = LineTimes.create([block(10, 100), block(200, 300)]);
    expect([0, 9, 100, 199, 300, 1e9].map((position) => at(times, position))).toEqual(
      Array(6).fill(undefined),
    );
    expect(times?.endPosition).toBe(300);
  });

  test("leaves out what was written twice, and orders what two writers wrote", () => {
    const times = LineTimes.create([
      block(50, 100),
      block(0, 50),
      block(0, 50),
      block(0, 40),
      block(100, 110),
    ]);
    expect(times?.blocks).toHaveLength(3);
  });

  test("does not choose between ranges that contradict each other", () => {
    expect(LineTimes.create([block(0, 50), block(40, 60)])).toBeUndefined();
    expect(LineTimes.create([])).toBeUndefined();
  });
});

describe("Arrivals", () => {
  const createClock = () => {
    let now = t;
    return { now: () => now, advance: (ms: number) => (now += ms) };
  };

  test("keep one arrival a second, and none of the time that is not needed", () => {
    const clock = createClock();
    const arrivals = new Arrivals(clock.now);
    for (let offset = 0; offset < 100; offset += 1) {
      arrivals.add(offset);
      clock.advance(100);
    }
    expect(arrivals.take(Infinity).map(({ offset }) => offset)).toEqual([
      0, 10, 20, 30, 40, 50, 60, 70, 80, 90,
    ]);
  });

  test("are at most 110,000 in 180 days, each with how exact it is", () => {
    const clock = createClock();
    const arrivals = new Arrivals(clock.now);
    const all: { at: number; withinMs: number }[] = [];
    for (let offset = 0; clock.now() - t < 180 * 86_400_000; offset += 1) {
      arrivals.add(offset);
      all.push(...arrivals.take(Infinity));
      // Larger steps only leave out arrivals.
      clock.advance(Math.max(1_000, (clock.now() - t) / 10_000));
    }
    expect(all.length).toBeLessThan(110_000);
    const tooClose = all.filter(
      ({ at, withinMs }, index) => (all[index + 1]?.at ?? Infinity) - at < withinMs - 1,
    );
    expect(tooClose).toEqual([]);
  });

  test("never go back in time when the clock is set back", () => {
    const clock = createClock();
    const arrivals = new Arrivals(clock.now);
    arrivals.add(0);
    clock.advance(-3_600_000);
    arrivals.add(1);
    clock.advance(3_602_000);
    arrivals.add(2);
    expect(arrivals.take(Infinity).map(({ offset, at }) => [offset, at - t])).toEqual([
      [0, 0],
      [2, 2_000],
    ]);
  });

  test("are given once, up to what is stored", () => {
    const clock = createClock();
    const arrivals = new Arrivals(clock.now);
    for (const offset of [0, 10, 20]) {
      arrivals.add(offset);
      clock.advance(1_000);
    }
    expect(arrivals.take(10).map(({ offset }) => offset)).toEqual([0]);
    expect(arrivals.take(11).map(({ offset }) => offset)).toEqual([10]);
    expect(arrivals.take(20)).toEqual([]);
  });
});
