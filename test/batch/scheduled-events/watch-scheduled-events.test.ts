import { expect, onTestFinished, test, vi } from "vitest";

import { type ScheduledEvent, watchScheduledEvents } from "../../../src/batch/index.js";
import { noEvents, createPreemption, startMetadataService } from "../../support/metadata-service.js";
import { captureError } from "../../support/capture-error.js";

/** Watches until the signal of `stop` fires. */
function startWatch(endpoint: string) {
  const controller = new AbortController();
  const events: ScheduledEvent[] = [];
  const watching = (async () => {
    const options = { endpoint, pollIntervalInMs: 1, abortSignal: controller.signal };
    for await (const event of watchScheduledEvents(options)) events.push(event);
  })();
  return {
    events,
    stop: async () => {
      controller.abort();
      await watching;
    },
  };
}

test("an event of this machine is reported once, however often it is listed", async () => {
  const service = await startMetadataService();
  const watch = startWatch(service.endpoint);
  await expect.poll(() => service.requests.length).toBeGreaterThan(3);
  expect(watch.events).toEqual([]);
  service.answer = createPreemption("NODE_3");
  await expect.poll(() => watch.events).toHaveLength(1);
  const { length } = service.requests;
  await expect.poll(() => service.requests.length).toBeGreaterThan(length + 3);
  await watch.stop();
  expect(watch.events).toEqual([
    { id: "preempt-1", type: "Preempt", notBefore: new Date("2016-09-19T18:29:47Z") },
  ]);
  expect(service.requests.every(({ hasHeader }) => hasHeader)).toBe(true);
});

test("events of other machines are omitted", async () => {
  const service = await startMetadataService();
  const watch = startWatch(service.endpoint);
  const others = createPreemption("node_4", "of-another");
  service.answer = { ...others, Events: [...others.Events, ...createPreemption("node_3", "own").Events] };
  await expect.poll(() => watch.events.map(({ id }) => id)).toEqual(["own"]);
  await watch.stop();
});

test.each([404, 410, 429, 500, "", "<html>", "[]", '{"Events":{}}', '{"Events":[null,{},{"EventId":1}]}'])(
  "the response %j does not end the watch: the next one is read",
  async (answer) => {
    const service = await startMetadataService();
    service.answer = answer;
    const watch = startWatch(service.endpoint);
    await expect.poll(() => service.requests.length).toBeGreaterThan(3);
    service.answer = createPreemption("node_3");
    await expect.poll(() => watch.events).toHaveLength(1);
    await watch.stop();
  },
);

test("a page in place of the machine's name is not taken for it", async () => {
  const service = await startMetadataService();
  service.machineName = "<html><p>Sign in to this network</p></html>";
  service.answer = createPreemption("node_3");
  const watch = startWatch(service.endpoint);
  await expect.poll(() => service.requests.length).toBeGreaterThan(2);
  service.machineName = "node_3\n";
  await expect.poll(() => watch.events).toHaveLength(1);
  await watch.stop();
});

test("events with ever new ids are all reported, and their memory is bounded", async () => {
  const service = await startMetadataService();
  const watch = startWatch(service.endpoint);
  for (let document = 0; document < 4; document += 1) {
    const events = Array.from({ length: 3_000 }, (_, index) => {
      const [event] = createPreemption("node_3", `${document}-${index}`).Events as [object];
      return event;
    });
    service.answer = { ...noEvents, Events: events };
    await expect.poll(() => watch.events).toHaveLength(3_000 * (document + 1));
  }
  // The oldest ids are forgotten: only a service that invents ids without an end is reported twice.
  service.answer = createPreemption("node_3", "0-0");
  await expect.poll(() => watch.events).toHaveLength(12_001);
  await watch.stop();
});

test("an event without a time has already started", async () => {
  const service = await startMetadataService();
  const [event] = createPreemption("node_3").Events as [object];
  service.answer = { ...noEvents, Events: [{ ...event, NotBefore: "" }] };
  const watch = startWatch(service.endpoint);
  await expect.poll(() => watch.events).toHaveLength(1);
  await watch.stop();
  expect(watch.events[0]?.notBefore).toBeUndefined();
});

test("the watch ends with its signal, even if nothing answers", async () => {
  const watch = startWatch("http://127.0.0.1:1");
  await watch.stop();
  expect(watch.events).toEqual([]);
});

test("the address is that of the variable, unless the options name one", async () => {
  const service = await startMetadataService();
  service.answer = createPreemption("node_3");
  setEndpointVariable(`${service.endpoint}/`);
  for await (const { type } of watchScheduledEvents({ pollIntervalInMs: 1 })) {
    expect(type).toBe("Preempt");
    break;
  }
  setEndpointVariable("http://127.0.0.1:1");
  const watch = startWatch(service.endpoint);
  await expect.poll(() => watch.events).toHaveLength(1);
  await watch.stop();
});

test("an invalid address in the variable is reported by its name", async () => {
  setEndpointVariable("169.254.169.254");
  expect(await captureError(() => Promise.resolve(watchScheduledEvents()))).toMatchObject({
    code: "EnvironmentIncomplete",
    reason: "The environment variable AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT must be an http: URL.",
  });
});

test("invalid options are reported by name", async () => {
  for (const [options, argument] of [
    [{ endpoint: "169.254.169.254" }, "options.endpoint"],
    [{ endpoint: "https://example.com" }, "options.endpoint"],
    [{ pollIntervalInMs: 0 }, "options.pollIntervalInMs"],
  ] as const) {
    expect(await captureError(() => Promise.resolve(watchScheduledEvents(options)))).toMatchObject({
      argument,
    });
  }
});

function setEndpointVariable(value: string): void {
  vi.stubEnv("AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT", value);
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
