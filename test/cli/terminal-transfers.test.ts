import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";

import { listBlobNames, setUpCliJob, putBlob } from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { type Gate, makeGate } from "../support/faults.js";
import { requireTool } from "../support/required-tool.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { openTerminal, type Terminal, type TerminalOptions } from "../support/terminal.js";

const mebibyte = 1024 * 1024;
const names = Array.from({ length: 8 }, (_, index) => `frame-000${index + 1}.jpg`);

/** A terminal for a task's outputs whose transfers wait for the gate, all but the first so many. */
async function terminalWithGate(
  operation: string,
  passing: number,
  { env = {}, ...options }: TerminalOptions = {},
) {
  const job = await setUpCliJob();
  const { blobEndpoint, connectionString } = useSharedAzurite();
  const gate: Gate = makeGate();
  let seen = 0;
  const proxy = await startFaultProxy(blobEndpoint, {
    onRequest: (request) => {
      if (request.operation !== operation) return undefined;
      seen += 1;
      return seen <= passing ? undefined : { kind: "delay", until: gate.opened };
    },
  });
  onTestFinished(() => proxy.stop());
  const terminal = await openTerminal({
    ...options,
    env: {
      ...job.taskEnv,
      AZURE_STORAGE_CONNECTION_STRING: connectionString.replace(blobEndpoint, proxy.endpoint),
      ...env,
    },
  });
  await terminal.waitForPrompt();
  return { job, gate, terminal, proxy };
}

/** Puts 32 MiB of frames where the shell is. */
function makeFrames({ folder }: Terminal): void {
  mkdirSync(join(folder, "frames"));
  for (const name of names) writeFileSync(join(folder, "frames", name), Buffer.alloc(4 * mebibyte));
}

beforeEach((context) => {
  requireTool(context, "tmux", "-V");
});

const save = "batch-outputs save TaskOutput 'frames/*.jpg'";
const download = "batch-outputs download ./copy --kind TaskOutput";

describe("on a terminal, the bar", () => {
  it("of a save shows progress, and is removed before the result", async () => {
    const { terminal, gate, job } = await terminalWithGate("PutBlob", 3);
    makeFrames(terminal);
    await terminal.enter(save);
    const shown = await terminal.waitUntil("12.0 MiB of 32.0 MiB");
    expect(shown).toMatch(
      /\nSaving █+░+ 37 % {2}12\.0 MiB of 32\.0 MiB {2}(\d+(\.\d)? [KM]iB\/s {2}\d+ s left|no answer for \d+ s)$/,
    );
    expect(await terminal.colouredScreen()).toMatch(/\u001b\[32m█+/);
    await terminal.photograph("save");
    gate.open();
    expect(await terminal.waitForPrompt()).toBe(0);
    const end = `$ ${save}\nSaved 8 files (32.0 MiB) as TaskOutput of task t1 of job ${job.jobId}.\n$`;
    expect(await terminal.screen()).toBe(end);
  });

  it("of a download shows progress, and is removed before the result", async () => {
    const { terminal, gate, job } = await terminalWithGate("GetBlob", 5);
    for (const name of names) await putBlob(job, `t1/$TaskOutput/${name}`, Buffer.alloc(4 * mebibyte));
    await terminal.enter(download);
    expect(await terminal.waitUntil("20.0 MiB of 32.0 MiB")).toMatch(
      /\nDownloading █+░+ 62 % {2}20\.0 MiB of/,
    );
    gate.open();
    expect(await terminal.waitForPrompt()).toBe(0);
    expect(await terminal.screen()).toBe(
      `$ ${download}\nDownloaded 8 outputs (32.0 MiB) of task t1 of job ${job.jobId} to ./copy\n$`,
    );
    expect(readdirSync(join(terminal.folder, "copy"))).toEqual(names);
  });

  it("fits a narrow window, also while it is resized", async () => {
    const { terminal, gate } = await terminalWithGate("PutBlob", 3, { columns: 40 });
    makeFrames(terminal);
    await terminal.enter("batch-outputs save TaskOutput frames");
    expect(await terminal.waitUntil("12.0 MiB")).toMatch(/\nSaving 37 % {2}12\.0 MiB of 32\.0 MiB$/);
    expect(await terminal.unbroken()).toBe(await terminal.screen());
    for (const [columns, bar] of [
      [25, /^Saving █+░+ 37 %$/m],
      [120, /^Saving █{15}░{25} 37 % .* no answer for \d+ s$/m],
      [60, /^Saving .*37 % {2}12\.0 MiB of 32\.0 MiB/m],
      [12, /^Saving 37 %$/m],
    ] as const) {
      await terminal.resize(columns, 24);
      const screen = await terminal.waitUntil(bar);
      expect(screen.match(/Saving/g)).toHaveLength(1);
    }
    gate.open();
    expect(await terminal.waitForPrompt()).toBe(0);
    expect(await terminal.screen()).not.toContain("Saving");
  });

  it("has no colour with NO_COLOR", async () => {
    const { terminal, gate } = await terminalWithGate("PutBlob", 3, { env: { NO_COLOR: "1" } });
    makeFrames(terminal);
    await terminal.enter(save);
    await terminal.waitUntil("37 %  12.0 MiB");
    expect(await terminal.colouredScreen()).not.toContain("\u001b");
    gate.open();
    await terminal.waitForPrompt();
    await terminal.enter("batch-outputs list; batch-outputs cat TaskOutput none");
    await terminal.waitUntil("OutputNotFound");
    expect(await terminal.colouredScreen()).not.toContain("\u001b");
  });

  it("counts files if they are small", async () => {
    const { terminal, gate, job } = await terminalWithGate("GetBlob", 30);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => putBlob(job, `t1/$TaskOutput/${index}`, "x".repeat(1_000))),
    );
    await terminal.enter(download);
    expect(await terminal.waitUntil("30 of 40 files")).toMatch(
      /\nDownloading █+░+ 75 % {2}30 of 40 files {2}29\./,
    );
    gate.open();
    expect(await terminal.waitForPrompt()).toBe(0);
  });

  it("does not get in the way of data", async () => {
    const { terminal, gate, job } = await terminalWithGate("GetBlob", 95, { rows: 100 });
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => putBlob(job, `t1/$TaskOutput/${index}`, "x".repeat(1_000))),
    );
    await terminal.enter("clear; batch-outputs verify --json --concurrency 1");
    await terminal.waitUntil("Verifying");
    await terminal.waitUntil(/"status":"intact"[^]*\nVerifying 95 files {2}92\.8 KiB/);
    const data = (await terminal.unbroken()).split("\n").slice(1, -1);
    expect(data.length).toBeGreaterThan(10);
    for (const line of data) expect(JSON.parse(line)).toMatchObject({ status: "intact" });
    gate.open();
    expect(await terminal.waitForPrompt()).toBe(0);
  });
});

describe("on a terminal, Ctrl-C", () => {
  it("once ends a save: each started output is stored completely or not at all", async () => {
    const { terminal, job, proxy } = await terminalWithGate("PutBlob", 3);
    makeFrames(terminal);
    await terminal.enter(save);
    await terminal.waitUntil("12.0 MiB of 32.0 MiB");
    const stored = proxy.exchanges
      .filter(({ operation, status }) => operation === "PutBlob" && status === 201)
      .map(({ url }) => decodeURIComponent(url).split("/").at(-1)?.split("?")[0]);
    await terminal.press("C-c");
    expect(await terminal.waitForPrompt()).toBe(130);
    expect(await terminal.screen()).toBe(`$ ${save}\nStopping; press Ctrl-C again to stop immediately.\n$`);
    expect(await listBlobNames(job)).toEqual(
      stored.toSorted().map((name) => `t1/$TaskOutput/frames/${String(name)}`),
    );
  });

  it("once ends a download: each file is complete or missing", async () => {
    const { terminal, job } = await terminalWithGate("GetBlob", 5);
    for (const name of names) await putBlob(job, `t1/$TaskOutput/${name}`, Buffer.alloc(4 * mebibyte));
    await terminal.enter(download);
    await terminal.waitUntil("20.0 MiB of 32.0 MiB");
    await terminal.press("C-c");
    expect(await terminal.waitForPrompt()).toBe(130);
    const fetched = readdirSync(join(terminal.folder, "copy"));
    expect(fetched).toHaveLength(5);
    for (const name of fetched) expect(statSync(join(terminal.folder, "copy", name)).size).toBe(4 * mebibyte);
  });

  it("twice stops at once storing the rest of a log", async () => {
    const { terminal, proxy } = await terminalWithGate("AppendBlock", 0);
    writeFileSync(join(terminal.folder, "app.log"), "a line\n");
    await terminal.enter("batch-outputs track app.log --flush-interval 1s");
    await proxy.waitForRequest(({ operation }) => operation === "AppendBlock");
    await terminal.press("C-c");
    await terminal.waitUntil("SIGINT: storing the remaining data. A second signal stops immediately.");
    await terminal.press("C-c");
    expect(await terminal.waitForPrompt()).toBe(130);
    expect(await terminal.screen()).toBe(
      "$ batch-outputs track app.log --flush-interval 1s\n^C\nSIGINT: storing the remaining data. A second signal stops immediately.\n^C\n$",
    );
  });
});
