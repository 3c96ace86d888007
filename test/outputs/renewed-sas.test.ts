import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ContainerSASPermissions } from "@azure/storage-blob";
import { afterEach, describe, expect, test, vi } from "vitest";

import { JobOutputStorage, TaskOutputStorage } from "../../src/outputs/index.js";
import { captureError, captureOurError } from "../support/capture-error.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import type { OnRequest } from "../support/fault-proxy.js";
import { collectAll, quickRetries, setUpOutputs } from "../support/output-fixture.js";

afterEach(() => {
  vi.useRealTimers();
});

const minuteInMs = 60_000;
const expired = {
  kind: "answer",
  status: 403,
  code: "AuthenticationFailed",
  detail:
    "Signature not valid in the specified time frame: Start [Thu, 09 Jul 2020 10:11:03 GMT] - Expiry [Thu, 09 Jul 2020 18:11:03 GMT] - Current [Fri, 10 Jul 2020 10:16:22 GMT]",
} as const;

/** A store that looks at the time of the test, and a function that signs a URL for it. */
async function setUpSas() {
  const fixture = await setUpOutputs();
  const refuseExpired: OnRequest = ({ url }) => {
    const end = new URL(url, "http://store").searchParams.get("se");
    return end !== null && Date.parse(end) <= Date.now() ? expired : undefined;
  };
  fixture.proxy.onRequest = refuseExpired;
  const sign = async (lifetimeInMs: number): Promise<string> =>
    fixture.proxy.getUrlThrough(
      await fixture.stored.generateSasUrl({
        permissions: ContainerSASPermissions.parse("racwdl"),
        expiresOn: new Date(Date.now() + lifetimeInMs),
      }),
    );
  return { ...fixture, sign };
}

const routes = { "connections of our own": {}, "the SDK": { keepAliveOptions: { enable: false } } };

describe.each(Object.entries(routes))("by %s", (_, route) => {
  test("a SAS is renewed once before it ends, for all requests", async () => {
    const { sign, proxy } = await setUpSas();
    const renewContainerUrl = vi.fn(() => sign(60 * minuteInMs));
    const outputs = new TaskOutputStorage(await sign(-minuteInMs), "t1", {
      ...quickRetries,
      ...route,
      renewContainerUrl,
    });
    const names = ["a", "b", "c", "d"].map((name) => `${name}.txt`);
    await Promise.all(names.map((name) => outputs.saveText("TaskOutput", name, name)));
    const listed = await collectAll(outputs.listOutputs());
    expect(listed.map(({ filePath }) => filePath)).toEqual(names);
    const { downloadedCount } = await outputs.downloadOutputs(createTemporaryFolder());
    expect(downloadedCount).toBe(4);
    await listed[0]?.delete();
    expect(renewContainerUrl).toHaveBeenCalledTimes(1);
    expect(proxy.exchanges.filter(({ status }) => status === 403)).toEqual([]);
  });

  test("a SAS that the service refuses is renewed, and the request repeated once", async () => {
    const { sign, proxy } = await setUpSas();
    let refused = 0;
    proxy.onRequest = () => ((refused += 1) === 1 ? expired : undefined);
    const renewContainerUrl = vi.fn(() => sign(30 * minuteInMs));
    const outputs = new TaskOutputStorage(await sign(60 * minuteInMs), "t1", {
      ...quickRetries,
      ...route,
      renewContainerUrl,
    });
    await outputs.saveText("TaskOutput", "text", "a.txt");
    expect(renewContainerUrl).toHaveBeenCalledTimes(1);
    expect(String(await outputs.getOutput("TaskOutput", "a.txt").downloadToBuffer())).toBe("text");
  });

  test("a callback that returns the refused SAS again is not asked without end", async () => {
    const { sign } = await setUpSas();
    const url = await sign(-minuteInMs);
    const renewContainerUrl = vi.fn(() => url);
    const outputs = new TaskOutputStorage(url, "t1", { ...quickRetries, ...route, renewContainerUrl });
    await captureOurError(outputs.saveText("TaskOutput", "text", "a.txt"), "CredentialExpired");
    expect(renewContainerUrl.mock.calls.length).toBeLessThan(5);
  });
});

test("a tracked file is stored for a day with SAS of an hour each", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { sign, proxy } = await setUpSas();
  const renewContainerUrl = vi.fn(() => sign(60 * minuteInMs));
  const path = join(createTemporaryFolder(), "app.log");
  const outputs = new TaskOutputStorage(await sign(60 * minuteInMs), "t1", {
    ...quickRetries,
    renewContainerUrl,
  });
  await writeFile(path, "");
  const log = await outputs.saveTracked("TaskLog", path, { destinationPath: "app.log" });
  for (let minute = 0; minute < 24 * 60; minute += 10) {
    vi.setSystemTime(Date.now() + 10 * minuteInMs);
    await appendFile(path, `minute ${minute}\n`);
    await log.flush();
  }
  await log.close();
  const stored = await outputs.getOutput("TaskLog", "app.log").downloadToBuffer();
  expect(stored.equals(await readFile(path))).toBe(true);
  // The one of the beginning, and one an hour.
  expect(renewContainerUrl.mock.calls.length).toBeGreaterThanOrEqual(24);
  expect(proxy.exchanges.filter(({ status }) => status === 403)).toEqual([]);
});

test("a failed renewal does not matter while the SAS is valid, and is the cause of the error afterwards", async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const { sign } = await setUpSas();
  const secret = "https://host/?sig=c2VjcmV0c2VjcmV0";
  const outputs = new TaskOutputStorage(await sign(10 * minuteInMs), "t1", {
    ...quickRetries,
    renewContainerUrl: () => Promise.reject(new Error(`no answer from ${secret}`)),
  });
  vi.setSystemTime(Date.now() + 8 * minuteInMs);
  await outputs.saveText("TaskOutput", "text", "a.txt");
  vi.setSystemTime(Date.now() + 3 * minuteInMs);
  const error = await captureOurError(outputs.saveText("TaskOutput", "text", "b.txt"), "CredentialExpired");
  expect(error).toMatchObject({ taskId: "t1" });
  expect((error.cause as Error).message).toContain("no answer from");
  expect((error.cause as Error).message).not.toContain("c2VjcmV0c2VjcmV0");
});

test("a callback must return a URL of the container", async () => {
  const { sign } = await setUpSas();
  const url = await sign(-minuteInMs);
  for (const wrong of [`${url.split("?")[0] ?? ""}2?sig=YQ==`, "no url", url.split("?")[0] ?? ""]) {
    const outputs = new TaskOutputStorage(url, "t1", { ...quickRetries, renewContainerUrl: () => wrong });
    const error = await captureError(outputs.saveText("TaskOutput", "text", "a.txt"));
    expect(error).toMatchObject({ name: "RangeError", argument: "options.renewContainerUrl" });
  }
});

test("renewContainerUrl is checked before any request", async () => {
  const { sign, stored } = await setUpSas();
  const renewContainerUrl = (): string => "";
  const url = await sign(minuteInMs);
  const [bare = ""] = url.split("?");
  expect(() => new JobOutputStorage(bare, { renewContainerUrl })).toThrow(RangeError);
  expect(() => new JobOutputStorage(stored, { renewContainerUrl })).toThrow(RangeError);
  expect(() => new JobOutputStorage(url, { renewContainerUrl: 1 as never })).toThrow(TypeError);
});

test("the file that the environment names is read again before the SAS ends", async () => {
  const { sign } = await setUpSas();
  const file = join(createTemporaryFolder(), "url.txt");
  await writeFile(file, `${await sign(-minuteInMs)}\n`);
  const outputs = TaskOutputStorage.fromEnvironment({
    AZURE_BATCH_OUTPUTS_CONTAINER_URL_FILE: file,
    AZ_BATCH_TASK_ID: "t1",
  });
  await writeFile(file, `${await sign(minuteInMs)}\n`);
  await outputs.saveText("TaskOutput", "text", "a.txt");
  expect(await outputs.getOutput("TaskOutput", "a.txt").exists()).toBe(true);
  const missing = { AZURE_BATCH_OUTPUTS_CONTAINER_URL_FILE: `${file}.no`, AZ_BATCH_TASK_ID: "t1" };
  expect(() => TaskOutputStorage.fromEnvironment(missing)).toThrow(
    "The environment variable AZURE_BATCH_OUTPUTS_CONTAINER_URL_FILE names a file that cannot be read (ENOENT).",
  );
});
