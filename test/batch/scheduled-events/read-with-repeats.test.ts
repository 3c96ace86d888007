import { afterEach, expect, test, vi } from "vitest";

import { readWithRepeats } from "../../../src/batch/scheduled-events/read-with-repeats.js";
import { startMetadataService } from "../../support/metadata-service.js";

afterEach(() => {
  vi.useRealTimers();
});

/** Starts to read from a service that holds its answers back; the timers of the reader are the test's. */
async function startReading() {
  const service = await startMetadataService();
  const held: (() => void)[] = [];
  service.whenToAnswer = (answer) => held.push(answer);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const url = new URL(`${service.endpoint}/metadata/instance/compute/name?format=text`);
  const stopping = new AbortController();
  const reading = readWithRepeats(url, stopping.signal);
  await expect.poll(() => held).toHaveLength(1);
  return { service, held, reading, stopping };
}

test("a request without an answer is sent again at growing intervals, and all of them end after two minutes", async () => {
  const { service, held, reading } = await startReading();
  for (const [index, intervalInMs] of [5_000, 10_000, 20_000, 40_000].entries()) {
    vi.advanceTimersByTime(intervalInMs - 1);
    expect(held).toHaveLength(index + 1);
    vi.advanceTimersByTime(1);
    await expect.poll(() => held).toHaveLength(index + 2);
  }
  expect(service.requests.map(({ isGivenUp }) => isGivenUp)).toEqual(Array<boolean>(5).fill(false));
  vi.advanceTimersByTime(45_000);
  expect(await reading).toBeUndefined();
  await expect
    .poll(() => service.requests.map(({ isGivenUp }) => isGivenUp))
    .toEqual(Array<boolean>(5).fill(true));
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ["first", 0],
  ["second", 1],
])("the answer to the %s of two requests ends both", async (_, index) => {
  const { service, held, reading } = await startReading();
  vi.advanceTimersByTime(5_000);
  await expect.poll(() => held).toHaveLength(2);
  held[index]?.();
  expect(await reading).toBe("node_3");
  await expect.poll(() => service.requests[1 - index]?.isGivenUp).toBe(true);
  expect(vi.getTimerCount()).toBe(0);
});

test("the signal ends all requests", async () => {
  const { service, held, reading, stopping } = await startReading();
  vi.advanceTimersByTime(5_000);
  await expect.poll(() => held).toHaveLength(2);
  stopping.abort();
  expect(await reading).toBeUndefined();
  await expect.poll(() => service.requests.map(({ isGivenUp }) => isGivenUp)).toEqual([true, true]);
  expect(vi.getTimerCount()).toBe(0);
});
