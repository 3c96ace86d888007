import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";

import { listBlobNames, setUpCliJob, type CliJob, putBlob } from "../support/cli.js";
import { makeGate } from "../support/faults.js";
import { requireTool } from "../support/required-tool.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { openTerminal, type Terminal } from "../support/terminal.js";
import { startFaultyStore, readStored, openTaskStorage } from "./support/commands.js";

beforeEach((context) => {
  requireTool(context, "tmux", "-V");
});

async function terminalOf(job: CliJob, columns = 80, env: Record<string, string> = {}): Promise<Terminal> {
  const terminal = await openTerminal({ columns, env: { ...job.taskEnv, ...env } });
  await terminal.waitForPrompt();
  return terminal;
}

/** A job with a name that people would give it, for the pictures; one test a name. */
async function film(jobId: string): Promise<CliJob> {
  const job = await setUpCliJob({ jobId });
  for (const frame of ["frame-11", "frame-12"]) {
    await putBlob(
      job,
      `${frame}/$TaskOutput/frames/full-resolution/frame_0001.jpg`,
      Buffer.alloc(2_411_724),
      "image/jpeg",
    );
    await putBlob(job, `${frame}/$TaskPreview/frame_0001.jpg`, Buffer.alloc(48_210), "image/jpeg");
    await putBlob(job, `${frame}/$TaskLog/stdout.txt`, "rendering\n".repeat(700), "text/plain");
  }
  return job;
}

describe("on a terminal, a table", () => {
  it("fits the window, also after the window changes", async () => {
    const job = await film("film-7");
    const terminal = await terminalOf(job, 100);
    const list = "batch-outputs list --all-tasks --job film-7";
    await terminal.enter(list);
    expect(await terminal.waitForPrompt()).toBe(0);
    expect(await terminal.screen()).toMatch(/\nTASK +KIND +PATH +SIZE +LAST MODIFIED +TIER +CONTENT TYPE\n/);
    await terminal.photograph("list");
    for (const columns of [60, 40, 100]) {
      await terminal.resize(columns, 24);
      await terminal.enter("clear");
      await terminal.waitUntil(/^\$$/);
      await terminal.enter(
        "batch-outputs list; batch-outputs list TaskLog --all-tasks; batch-outputs usage; batch-outputs tasks",
      );
      await terminal.waitUntil(/in all\.\nTASK[^]*\n\$$/);
      const [shown, unbroken] = [await terminal.screen(), await terminal.unbroken()];
      const tables = (screen: string): string => screen.slice(screen.indexOf("\nTASK"));
      expect(tables(shown)).toBe(tables(unbroken));
    }
  });

  it("is readable in a narrow window: paths are shortened in the middle", async () => {
    const terminal = await terminalOf(await film("film-8"), 40);
    await terminal.enter("batch-outputs list -t frame-12");
    expect(await terminal.waitForPrompt()).toBe(0);
    const screen = await terminal.screen();
    expect(await terminal.unbroken()).toBe(screen);
    expect(screen).toContain("TaskOutput   frames/f…0001.jpg");
  });
});

describe("on a terminal, run", () => {
  const paint = String.raw`printf "\033[32mgreen\033[0m and plain\n"; printf "Name? "; read -r name; echo "Hello, $name."`;

  it("passes through the command's output, with colours, and the input", async () => {
    const job = await setUpCliJob();
    const terminal = await terminalOf(job);
    writeFileSync(join(terminal.folder, "ask.sh"), paint);
    await terminal.enter("batch-outputs run --quiet -- bash ask.sh");
    await terminal.waitUntil("Name?");
    expect(await terminal.colouredScreen()).toContain("\u001b[32mgreen\u001b[39m and plain");
    await terminal.enter("Ada");
    expect(await terminal.waitForPrompt()).toBe(0);
    expect(await terminal.screen()).toContain("green and plain\nName? Ada\nHello, Ada.\n$");
    const log = (await readStored(job, "t1/$TaskLog/stdout.txt"))?.toString();
    expect(log).toBe("\u001b[32mgreen\u001b[0m and plain\nName? Hello, Ada.\n");
  });

  it("Ctrl-C ends the command; its logs are stored, and its status is returned", async () => {
    const job = await setUpCliJob();
    const terminal = await terminalOf(job);
    await terminal.enter("batch-outputs run -- bash -c 'echo begun; sleep 1000'");
    await terminal.waitUntil("\nbegun");
    await terminal.press("C-c");
    expect(await terminal.waitForPrompt()).toBe(130);
    expect((await readStored(job, "t1/$TaskLog/stdout.txt"))?.toString()).toBe("begun\n");
  });

  it("a second Ctrl-C while the rest is stored stops at once, and reports where it is", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    const gate = makeGate();
    store.proxy.onRequest = ({ operation }) =>
      operation === "AppendBlock" ? { kind: "delay", until: gate.opened } : undefined;
    const terminal = await terminalOf(job, 100, {
      ...store.env,
      AZURE_BATCH_OUTPUTS_SPOOL_DIRECTORY: createTemporaryFolder(),
    });
    await terminal.enter("batch-outputs run -- echo precious");
    await store.proxy.waitForRequest(({ operation }) => operation === "AppendBlock");
    await terminal.waitUntil("\nprecious");
    // The message comes after the command has ended: until then the key is the command's.
    await terminal.waitUntil("The command has ended (0). Storing its remaining outputs.");
    await terminal.press("C-c");
    await terminal.waitUntil("A second signal stops immediately");
    await terminal.press("C-c");
    expect(await terminal.waitForPrompt()).toBe(130);
    expect(await terminal.unbroken()).toContain("The output of the command is in");
    gate.open();
  });
});

describe("on a terminal", () => {
  it("delete asks, and deletes only if the answer is yes", async () => {
    const job = await film("film-9");
    const terminal = await terminalOf(job, 90);
    const deleting = "batch-outputs delete TaskPreview --job film-9 --task frame-12";
    await terminal.enter(deleting);
    await terminal.waitUntil("[y/N]");
    await terminal.enter("");
    expect(await terminal.waitForPrompt()).toBe(1);
    expect(await listBlobNames(job)).toHaveLength(6);
    await terminal.enter(deleting);
    await terminal.waitUntil(/\[y\/N\][^]*\[y\/N\]/);
    await terminal.enter("y");
    expect(await terminal.waitForPrompt()).toBe(0);
    expect(await listBlobNames(job)).toHaveLength(5);
    await terminal.photograph("delete");
  });

  it("doctor shows results in colour", async () => {
    await setUpCliJob({ jobId: "film-10", isPrepared: false });
    const env = { AZURE_STORAGE_CONNECTION_STRING: useSharedAzurite().connectionString };
    const terminal = await openTerminal({ columns: 90, env });
    await terminal.waitForPrompt();
    await terminal.enter("batch-outputs doctor --job film-10");
    expect(await terminal.waitForPrompt()).toBe(3);
    const screen = await terminal.colouredScreen();
    expect(screen).toContain("\u001b[32mok");
    expect(screen).toContain("\u001b[31mfail");
    // What is said of one thing stands under it.
    expect(await terminal.screen()).toMatch(/\n {6}\S.*\(ContainerNotPrepared\)\n\$$/);
    await terminal.photograph("doctor");
  });

  it("tail follows several tasks until Ctrl-C", async () => {
    const job = await setUpCliJob({ jobId: "film-11" });
    const file = (task: string) => join(folder, `${task}.txt`);
    const folder = createTemporaryFolder();
    const tracked = await Promise.all(
      ["frame-1", "frame-2", "merge"].map(async (task) => {
        writeFileSync(file(task), `${task} of film-11 begins\n`);
        const log = await openTaskStorage(job, task).saveTracked("TaskLog", file(task), {
          destinationPath: "stdout.txt",
          flushIntervalInMs: Number.POSITIVE_INFINITY,
        });
        await log.flush();
        return { task, log };
      }),
    );
    const terminal = await terminalOf(job);
    await terminal.enter("batch-outputs tail -f --all-tasks --poll-interval 0.1s --job film-11");
    await terminal.waitUntil("merge   | merge of film-11 begins");
    for (const { task, log } of tracked) {
      appendFileSync(file(task), "scene 1 of 240\n");
      await log.flush();
      await terminal.waitUntil(`${task.padEnd(7)} | scene 1 of 240`);
    }
    await terminal.photograph("tail");
    await terminal.press("C-c");
    expect(await terminal.waitForPrompt()).toBe(130);
    for (const { log } of tracked) await log.close();
  });
});
