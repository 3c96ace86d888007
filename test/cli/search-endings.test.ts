import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";

import { type CliJob, putBlob, setUpCliJob, startCli } from "../support/cli.js";
import { type FaultProxy, startFaultProxy } from "../support/fault-proxy.js";
import { makeGate } from "../support/faults.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { openTaskStorage } from "./support/commands.js";

const mebibyte = 1024 * 1024;

/** The job behind a proxy, which answers as it does when the SAS has ended, or keeps requests back. */
async function openThroughProxy(job: CliJob): Promise<{ proxy: FaultProxy; env: Record<string, string> }> {
  const { blobEndpoint, connectionString } = useSharedAzurite();
  const proxy = await startFaultProxy(blobEndpoint);
  onTestFinished(() => proxy.stop());
  const through = connectionString.replace(blobEndpoint, proxy.endpoint);
  return { proxy, env: { ...job.env, AZURE_STORAGE_CONNECTION_STRING: through } };
}

const isContent = (operation: string, url: string): boolean =>
  operation === "GetBlob" && decodeURIComponent(url).includes("$TaskLog");

const expired = {
  kind: "answer",
  status: 403,
  code: "AuthenticationFailed",
  detail:
    "Signature not valid in the specified time frame: Start [Sat, 28 Nov 2026 10:00:00 GMT] - Expiry [Sat, 28 Nov 2026 11:00:00 GMT] - Current [Sat, 28 Nov 2026 11:00:01 GMT]",
} as const;

async function setUpFailures(count: number): Promise<CliJob> {
  const job = await setUpCliJob();
  for (let n = 0; n < count; n += 1) {
    const run = await openTaskStorage(job, `t${n}`).recordRun();
    await putBlob(job, `t${n}/$TaskLog/stderr.txt`, `ERROR: no mesh ${n}\n`);
    await run.end({ exitCode: 1 });
  }
  return job;
}

describe("a search of a log of several ranges", () => {
  it("prints the first line before any further range has arrived, and nothing more after Ctrl-C", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskLog/stdout.txt", `needle\n${"hay\n".repeat(10 * mebibyte)}needle\n`);
    const { proxy, env } = await openThroughProxy(job);
    const gate = makeGate();
    let ranges = 0;
    proxy.onRequest = ({ operation, url }) => {
      if (!isContent(operation, url)) return undefined;
      ranges += 1;
      return ranges === 1 ? undefined : { kind: "delay", until: gate.opened };
    };
    const child = startCli(["grep", "-n", "needle"], { env });
    const [first] = (await once(child.process.stdout ?? child.process, "data")) as [Buffer];
    expect(first.toString()).toBe("t1/stdout.txt:1:needle\n");
    if (process.platform !== "win32") {
      child.process.kill("SIGINT");
      expect(await child.ended).toMatchObject({
        ...{ status: 130, stdout: "t1/stdout.txt:1:needle\n" },
        stderr: "Stopping; press Ctrl-C again to stop immediately.\n",
      });
    }
    gate.open();
  });

  it("-m ends it, and no range after the next ones is requested", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskLog/stdout.txt", `needle\n${"hay\n".repeat(20 * mebibyte)}`);
    const { proxy, env } = await openThroughProxy(job);
    const child = startCli(["grep", "-m", "1", "needle"], { env });
    expect(await child.ended).toMatchObject({ status: 0, stdout: "t1/stdout.txt:needle\n", stderr: "" });
    const ranges = proxy.exchanges.filter(({ operation, url }) => isContent(operation, url));
    expect(new Set(ranges.map(({ nth }) => nth)).size).toBeLessThanOrEqual(4);
  });
});

/** From the given number of requests for the contents of logs on, the SAS is refused. Returns how many there were. */
function expireAfter(proxy: FaultProxy, count: number): { asked: number } {
  const logs = { asked: 0 };
  proxy.onRequest = ({ operation, url }) => {
    if (!isContent(operation, url)) return undefined;
    logs.asked += 1;
    return logs.asked <= count ? undefined : expired;
  };
  return logs;
}

describe("a SAS that ends meanwhile", () => {
  it("ends grep with status 2 and one message, after the lines that were found", async () => {
    const job = await setUpFailures(40);
    const { proxy, env } = await openThroughProxy(job);
    const logs = expireAfter(proxy, 5);
    const found = await startCli(["grep", "--concurrency", "1", "no mesh"], { env }).ended;
    expect(found.status).toBe(2);
    expect(found.stdout.split("\n")).toHaveLength(6);
    expect(
      found.stderr
        .trim()
        .split("\n")
        .filter((line) => line.includes("the SAS is valid until")),
    ).toHaveLength(1);
    expect(found.stderr).not.toMatch(/\n {4}at |sig=(?!REDACTED)/);
    expect(logs.asked).toBeLessThan(20);
  });

  it("ends why with status 4, and no report of a part is shown as one of all", async () => {
    const job = await setUpFailures(10);
    const { proxy, env } = await openThroughProxy(job);
    expireAfter(proxy, 5);
    const found = await startCli(["why"], { env }).ended;
    expect(found).toMatchObject({ status: 4, stdout: "" });
    expect(found.stderr).toMatch(/^batch-outputs why: .*the SAS is valid until/);
    expect(found.stderr).not.toMatch(/\n {4}at /);
  });
});

describe.runIf(process.platform !== "win32")("Ctrl-C", () => {
  it.each([
    ["why", "GetBlob"],
    ["why", "ListBlobs"],
    ["tasks", "ListBlobs"],
    ["grep", "ListBlobs"],
  ])("ends %s during %s with 130 and without results that look complete", async (command, waited) => {
    const job = await setUpFailures(2);
    const { proxy, env } = await openThroughProxy(job);
    const gate = makeGate();
    proxy.onRequest = ({ operation }) =>
      operation === waited ? { kind: "delay", until: gate.opened } : undefined;
    const child = startCli([command, ...(command === "grep" ? ["mesh"] : [])], { env });
    await proxy.waitForRequest(({ operation }) => operation === waited);
    child.process.kill("SIGINT");
    expect(await child.ended).toMatchObject({
      ...{ status: 130, stdout: "" },
      stderr: "Stopping; press Ctrl-C again to stop immediately.\n",
    });
    gate.open();
  });
});
