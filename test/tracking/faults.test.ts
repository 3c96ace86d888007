import { rmSync } from "node:fs";
import { expect, test } from "vitest";

import { makeGate, type Fault } from "../support/faults.js";
import { blobName, createCrash, setUpTracking } from "./support/tracking-fixture.js";

const once: [string, Fault][] = [
  ["a reset before the service saw the append", { kind: "cut-before" }],
  ["a reset after the service committed the append", { kind: "cut-after" }],
  ["half an append", { kind: "cut-body", afterBytes: 3 }],
  ["status 500", { kind: "answer", status: 500 }],
  ["status 503", { kind: "answer", status: 503 }],
  ["status 429", { kind: "answer", status: 429 }],
];

test.each(once)("%s is neither lost nor repeated, and the flush succeeds", async (_, fault) => {
  const fixture = await setUpTracking();
  fixture.write("one, ");
  const tracked = await fixture.track();
  let left = 1;
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "AppendBlock" && left-- > 0 ? fault : undefined;
  await tracked.flush();
  fixture.write("two");
  await tracked.close();
  expect(left).toBeLessThan(0);
  expect(await fixture.stored()).toBe("one, two");
});

test("what the file contains when tracking begins is stored, also if it is rotated and deleted before the log is open", async () => {
  const fixture = await setUpTracking();
  fixture.write("one, ");
  let isRotated = false;
  fixture.proxy.onRequest = () => {
    if (isRotated) return undefined;
    isRotated = true;
    rmSync(fixture.path);
    fixture.write("two");
    return { kind: "cut-before" };
  };
  const tracked = await fixture.track();
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two");
});

test.each(once)(
  "%s at every attempt fails the flush; the next flush continues at the end of the log",
  async (_, fault) => {
    const fixture = await setUpTracking();
    fixture.write("one, ");
    const tracked = await fixture.track();
    fixture.proxy.onRequest = ({ operation }) =>
      operation === "AppendBlock"
        ? fault
        : operation === "GetBlobProperties"
          ? { kind: "cut-before" }
          : undefined;
    await expect(tracked.flush()).rejects.toThrow();
    fixture.proxy.onRequest = undefined;
    fixture.write("two");
    await tracked.close();
    expect(await fixture.stored()).toBe("one, two");
  },
);

test.each([
  ["an immutability policy", 409, "BlobImmutableDueToPolicy"],
  ["permissions", 403, "AuthorizationPermissionMismatch"],
])(
  "the first content of an empty log is stored if appends are permitted, but no metadata, by %s",
  async (_, status, code) => {
    const fixture = await setUpTracking();
    fixture.write("");
    const tracked = await fixture.track();
    let refused = 0;
    fixture.proxy.onRequest = ({ operation }) =>
      operation === "SetBlobMetadata" ? ((refused += 1), { kind: "answer", status, code }) : undefined;
    fixture.write("one, ");
    await tracked.flush();
    fixture.write("two");
    await expect(tracked.close()).rejects.toThrow();
    expect(await fixture.stored()).toBe("one, two");
    expect(refused).toBe(2);
  },
);

test("a late append of a killed writer is rejected after another writer continued", async () => {
  const fixture = await setUpTracking();
  fixture.write("one, ");
  const gate = makeGate();
  const { abortSignal, crash } = createCrash();
  const killed = await fixture.track({ abortSignal });
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "AppendBlock" ? { kind: "cut-and-forward-later", until: gate.opened } : undefined;
  const flushing = expect(killed.flush()).rejects.toThrow();
  await fixture.proxy.waitForRequest(({ operation }) => operation === "AppendBlock");
  crash();
  await flushing;
  fixture.proxy.onRequest = undefined;
  fixture.write("two");
  const tracked = await fixture.track();
  gate.open();
  await fixture.proxy.waitUntilIdle();
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two");
});

test("a lost answer to the creation of a log does not cause AnotherWriter", async () => {
  const fixture = await setUpTracking();
  fixture.write("one");
  let left = 1;
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "PutBlob" && left-- > 0 ? { kind: "cut-after" } : undefined;
  const tracked = await fixture.track();
  await tracked.close();
  expect(await fixture.stored()).toBe("one");
  expect(await fixture.names()).toEqual([blobName]);
});

test.each(["cut-before", "cut-after"] as const)(
  "the flush recovers from %s of the request that sets the generation",
  async (kind) => {
    const fixture = await setUpTracking();
    const tracked = await fixture.track();
    fixture.write("one");
    let left = 1;
    fixture.proxy.onRequest = ({ operation }) =>
      operation === "SetBlobMetadata" && left-- > 0 ? { kind } : undefined;
    await tracked.flush();
    await tracked.close();
    expect(await fixture.stored()).toBe("one");
  },
);
