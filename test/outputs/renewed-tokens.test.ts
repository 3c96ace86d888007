import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ContainerSASPermissions } from "@azure/storage-blob";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";

import { TaskOutputStorage } from "../../src/outputs/index.js";
import { captureOurError } from "../support/capture-error.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { prepareJob, quickRetries } from "../support/output-fixture.js";
import { createEndingCredential, startTokenGate } from "../support/token-gate.js";

const minuteInMs = 60_000;

beforeEach(() => {
  // A credential is sent to nobody but over TLS, and the gate has a certificate that nobody has signed.
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** A task whose requests have tokens that end after an hour, and a log of it. */
async function trackWithTokens() {
  const { stored } = await prepareJob();
  const sasUrl = await stored.generateSasUrl({
    permissions: ContainerSASPermissions.parse("racwdl"),
    expiresOn: new Date(Date.now() + 48 * 60 * minuteInMs),
  });
  const gate = await startTokenGate(sasUrl);
  onTestFinished(() => gate[Symbol.asyncDispose]());
  vi.useFakeTimers({ toFake: ["Date", "performance"] });
  const tokens = createEndingCredential(60 * minuteInMs);
  const outputs = new TaskOutputStorage(gate.containerUrl, "t1", {
    ...quickRetries,
    credential: tokens.credential,
  });
  const path = join(createTemporaryFolder(), "app.log");
  await writeFile(path, "");
  const log = await outputs.saveTracked("TaskLog", path, {
    destinationPath: "app.log",
    flushIntervalInMs: Number.POSITIVE_INFINITY,
  });
  const write = async (minutes: number): Promise<void> => {
    vi.advanceTimersByTime(minutes * minuteInMs);
    await appendFile(path, `minute ${minutes}\n`);
    await log.flush();
  };
  const readStored = async () => String(await stored.getBlobClient("t1/$TaskLog/app.log").downloadToBuffer());
  return { gate, tokens, path, log, write, readStored, outputs };
}

test("a tracked file is stored for a day with tokens of an hour each, and none that has ended is sent", async () => {
  const { gate, tokens, path, log, write, readStored } = await trackWithTokens();
  for (let minute = 0; minute < 24 * 60; minute += 20) await write(20);
  await log.close();
  expect(await readStored()).toBe(await readFile(path, "utf8"));
  expect(gate.arrived.filter(({ isRefused }) => isRefused)).toEqual([]);
  // Each is used until shortly before its end.
  expect(tokens.count()).toBeGreaterThanOrEqual(24);
  expect(tokens.count()).toBeLessThanOrEqual(26);
});

test("a token that is refused is renewed, and the request repeated once", async () => {
  const { gate, path, log, write, readStored, tokens } = await trackWithTokens();
  await write(1);
  const before = tokens.count();
  const refused = gate.arrived.at(-1)?.token;
  gate.refuses = (token) => token === refused;
  for (let flush = 0; flush < 5; flush += 1) await write(1);
  await log.close();
  expect(await readStored()).toBe(await readFile(path, "utf8"));
  expect(gate.arrived.filter(({ isRefused }) => isRefused)).toHaveLength(1);
  // The SDK takes one for the tenant of the challenge, and the usual one after that.
  expect(tokens.count() - before).toBeLessThanOrEqual(2);
});

test("tokens that are all refused end the call", async () => {
  const { gate, tokens, outputs, log } = await trackWithTokens();
  gate.refuses = () => true;
  const before = [gate.arrived.length, tokens.count()] as const;
  await captureOurError(outputs.saveText("TaskOutput", "text", "a.txt"), "NotAuthorized");
  expect(gate.arrived.length - before[0]).toBeLessThanOrEqual(4);
  expect(tokens.count() - before[1]).toBeLessThanOrEqual(3);
  gate.refuses = () => false;
  await log.close();
});
