import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { RequestRate } from "../../../src/storage/transport/rate/request-rate.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout", "Date"] });
  vi.spyOn(Math, "random").mockImplementation(random());
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** The same numbers in every run. */
function random(): () => number {
  let state = 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

function answer(status: number, headers: Record<string, string> = {}) {
  return { status, getHeader: (name: string) => headers[name] };
}

function refuse(pace: RequestRate, headers?: Record<string, string>): void {
  pace.noteAnswer(answer(503, headers), performance.now());
}

/** When the next turn is, in ms from now. */
async function msUntilTurn(pace: RequestRate): Promise<number> {
  const from = performance.now();
  const turn = (pace.turn(undefined) ?? Promise.resolve()).then(() => performance.now() - from);
  await vi.runAllTimersAsync();
  return await turn;
}

test("requests do not wait until one is throttled", () => {
  const pace = new RequestRate();
  for (const status of [201, 404, 412, 500, 206]) {
    expect(pace.turn(undefined)).toBeUndefined();
    expect(pace.noteAnswer(answer(status), performance.now())).toBe(false);
  }
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  [503, "ServerBusy"],
  [503, undefined],
  [429, "TooManyRequests"],
  [500, "OperationTimedOut"],
])("requests wait after %i %s", async (status, code) => {
  const pace = new RequestRate();
  const headers = code === undefined ? undefined : { "x-ms-error-code": code };
  expect(pace.noteAnswer(answer(status, headers), performance.now())).toBe(true);
  expect(await msUntilTurn(pace)).toBeGreaterThan(0);
});

test("waits grow while everything is throttled, up to some seconds", async () => {
  const pace = new RequestRate();
  const waits: number[] = [];
  for (let index = 0; index < 60; index += 1) {
    refuse(pace);
    waits.push(await msUntilTurn(pace));
  }
  const [first = 0] = waits;
  expect(first).toBeLessThan(200);
  expect(Math.max(...waits.slice(-20))).toBeGreaterThan(5 * first);
  expect(Math.max(...waits)).toBeLessThanOrEqual(3_000);
});

test("Retry-After is followed, in seconds or as a date, for at most two minutes", async () => {
  for (const [text, seconds] of [
    ["7", 7],
    [() => new Date(Date.now() + 30_000).toUTCString(), 29],
    ["86400", 120],
    ["soon", 0],
  ] as const) {
    const pace = new RequestRate();
    refuse(pace, { "retry-after": typeof text === "string" ? text : text() });
    const waitedMs = await msUntilTurn(pace);
    expect(waitedMs).toBeGreaterThanOrEqual(seconds * 1_000);
    expect(waitedMs).toBeLessThanOrEqual((seconds + 2) * 1_000);
  }
});

test("Retry-After delays no other request while the store accepts others", async () => {
  const pace = new RequestRate();
  refuse(pace);
  await msUntilTurn(pace);
  pace.noteAnswer(answer(201), performance.now());
  refuse(pace, { "retry-after": "60" });
  expect(await msUntilTurn(pace)).toBeLessThan(2_000);
});

test("Retry-After delays no other request if the refusal took long, and others were accepted meanwhile or before", async () => {
  const pace = new RequestRate();
  refuse(pace);
  await msUntilTurn(pace);
  pace.noteAnswer(answer(201), performance.now());
  const sentAt = performance.now();
  await vi.advanceTimersByTimeAsync(8_000);
  pace.noteAnswer(answer(503, { "retry-after": "60" }), sentAt);
  expect(await msUntilTurn(pace)).toBeLessThan(2_000);
});

test("the rate does not rise while it is unused for some seconds", async () => {
  const turnsInASecond = async (seconds: number): Promise<number> => {
    const pace = new RequestRate();
    refuse(pace);
    await msUntilTurn(pace);
    await vi.advanceTimersByTimeAsync(seconds * 1_000);
    let turns = 0;
    const asked = Array.from({ length: 500 }, async () => {
      await pace.turn(undefined);
      turns += 1;
    });
    await vi.advanceTimersByTimeAsync(1_000);
    const inASecond = turns;
    await vi.runAllTimersAsync();
    await Promise.all(asked);
    return inASecond;
  };
  expect(await turnsInASecond(8)).toBeLessThan(3 * (await turnsInASecond(1)));
});

test("turns are granted in order; an aborted request leaves the queue at once, and no timer remains", async () => {
  const pace = new RequestRate();
  refuse(pace);
  const aborting = new AbortController();
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  const turns = ["a", "b", "c"].map(async (name) => {
    const turn = pace.turn(name === "b" ? aborting.signal : undefined);
    await turn?.then(note(name), note(`${name} aborted`));
  });
  const refusedAtOnce = pace.turn(AbortSignal.abort());
  await expect(refusedAtOnce).rejects.toMatchObject({ name: "AbortError" });
  aborting.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(order).toEqual(["b aborted"]);
  await vi.runAllTimersAsync();
  await Promise.all(turns);
  expect(order).toEqual(["b aborted", "a", "c"]);
  expect(vi.getTimerCount()).toBe(0);
});

test("the limit is removed after a long time without throttling", async () => {
  const pace = new RequestRate();
  refuse(pace);
  await vi.advanceTimersByTimeAsync(60_000);
  for (let index = 0; index < 1_000; index += 1) expect(pace.turn(undefined)).toBeUndefined();
});

/** A store that takes so many a second, and a quarter of a second's at once after a pause. */
function evenLimit(perSecond: number): () => boolean {
  let [tokens, lookedAt] = [0, performance.now()];
  return () => {
    const now = performance.now();
    tokens = Math.min(perSecond / 4, tokens + (perSecond * (now - lookedAt)) / 1_000);
    lookedAt = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}

/** One that counts anew in each tenth of a second, and refuses all that comes in the rest of it. */
function limitPerTenth(perSecond: number): () => boolean {
  let [tenth, taken] = [0, 0];
  return () => {
    const current = Math.floor(performance.now() / 100);
    if (current !== tenth) [tenth, taken] = [current, 0];
    taken += 1;
    return taken <= perSecond / 10;
  };
}

interface Drive {
  readonly programs: number;
  readonly perSecond: number;
  readonly takes: () => boolean;
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** Programs with 16 requests at a time each before a store; what it took of each after they got going. */
async function driven({ programs, perSecond, takes, seconds, warmUpSeconds }: Drive) {
  let refused = 0;
  const accepted = Array.from({ length: programs }, () => 0);
  const endAt = performance.now() + seconds * 1_000;
  const request = async (pace: RequestRate, index: number): Promise<void> => {
    while (performance.now() < endAt) {
      await pace.turn(undefined);
      const sentAt = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 5 + 10 * Math.random()));
      const isAccepted = takes();
      pace.noteAnswer(answer(isAccepted ? 201 : 503), sentAt);
      if (isAccepted) accepted[index] = (accepted[index] ?? 0) + 1;
      else refused += 1;
    }
  };
  const running = accepted.flatMap((_, index) => {
    const pace = new RequestRate();
    return Array.from({ length: 16 }, () => request(pace, index));
  });
  await vi.advanceTimersByTimeAsync(warmUpSeconds * 1_000);
  accepted.fill(0);
  refused = 0;
  await vi.advanceTimersByTimeAsync((seconds - warmUpSeconds) * 1_000);
  const shares = [...accepted];
  await vi.runAllTimersAsync();
  await Promise.all(running);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return {
    used: total / (perSecond * (seconds - warmUpSeconds)),
    refusedShare: refused / (refused + total),
    fairness: total ** 2 / (programs * shares.reduce((sum, share) => sum + share ** 2, 0)),
  };
}

test.for([
  [1, 30, 0.2],
  [1, 200, 0.1],
  [8, 60, 0.3],
  [32, 60, 0.5],
  [8, 400, 0.15],
] as const)(
  "%i programs use nearly all of %i requests a second that a store accepts, share them, and are rarely throttled",
  async ([programs, perSecond, maxRefused], { annotate }) => {
    const takes = evenLimit(perSecond);
    const found = await driven({ programs, perSecond, takes, seconds: 60, warmUpSeconds: 10 });
    await annotate(JSON.stringify(found));
    expect(found.used).toBeGreaterThan(0.95);
    expect(found.fairness).toBeGreaterThan(0.85);
    expect(found.refusedShare).toBeLessThan(maxRefused);
  },
);

test.for([500, 1_000])(
  "a burst of 503s from a store that accepts %i requests a second, counted per 100 ms, reduces the rate only a little",
  async (perSecond, { annotate }) => {
    const takes = limitPerTenth(perSecond);
    const found = await driven({ programs: 1, perSecond, takes, seconds: 20, warmUpSeconds: 3 });
    await annotate(JSON.stringify(found));
    expect(found.used).toBeGreaterThan(0.93);
  },
);
