import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import {
  listBlobNames,
  type CliJob,
  setUpCliJob,
  type CliResult,
  runCli,
  startCli,
  type StartedCli,
} from "../support/cli.js";
import { accountKey } from "../support/azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import {
  startFaultyStore,
  createNodeCommand,
  readStored,
  openTaskStorage,
  waitUntilStored,
  waitUntilWritten,
} from "./support/commands.js";

const log = "t1/$TaskLog/stdout.txt";

/** Prints a line for each line that it reads, so that the test decides when to write. */
const echo = `
  import { createInterface } from "node:readline";
  import { writeFileSync } from "node:fs";
  console.log("started");
  createInterface({ input: process.stdin }).on("line", (line) => console.log(line)).on("close", () => writeFileSync("out.txt", "out"));`;

function copyNamedIn({ stderr }: CliResult, name: string): string {
  const [, path = ""] = new RegExp(`(\\S+/${name}\\.txt)`).exec(stderr) ?? [];
  return path;
}

const runArguments = ["run", "--flush-interval", "0.1s", "--save", "TaskOutput=out.txt"];

/** Runs an attempt of the task with the spool folders of one node. */
async function runOnNode(env: CliJob["taskEnv"], folder: string, text: string): Promise<CliResult> {
  const command = createNodeCommand(`console.log("${text}")`);
  return await runCli(["run", "--spool-directory", folder, "--", ...command], { env });
}

/** The texts of the task's logs, from the first attempt to the latest. */
async function storedAttempts(job: CliJob): Promise<(string | undefined)[]> {
  const names = (await listBlobNames(job)).filter((name) => name.startsWith("t1/$TaskLog/stdout."));
  const former = names.filter((name) => name !== log).length;
  const inOrder = [...Array.from({ length: former }, (_, index) => attemptLog(index + 1)), log];
  return await Promise.all(inOrder.map(async (name) => (await readStored(job, name))?.toString()));
}

function attemptLog(attempt: number): string {
  return `t1/$TaskLog/stdout.attempt-${attempt}.txt`;
}

describe("run, when the store is away", () => {
  it("at the start: the command runs, and its logs are stored when the store is back", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job, { isDown: true });
    const run = startCli([...runArguments, "--", ...createNodeCommand(echo)], { env: store.env });
    await waitUntilWritten(run, "stdout", "started");
    await store.proxy.waitForRequest(({ clientGot }) => clientGot === "reset");
    store.setDown(false);
    await waitUntilStored(job, log, "started");
    run.process.stdin?.end("later\n");
    expect(await run.ended).toMatchObject({ status: 0, stdout: "started\nlater\n" });
    expect((await readStored(job, log))?.toString()).toBe("started\nlater\n");
  });

  it.skipIf(process.platform === "win32")(
    "at the start, and the command deletes the folder of its task: its logs are stored",
    async () => {
      const job = await setUpCliJob();
      const store = await startFaultyStore(job, { isDown: true });
      const folder = join(createTemporaryFolder(), "task");
      mkdirSync(folder);
      const script = `console.log("before"); fs.rmSync(${JSON.stringify(folder)}, { recursive: true }); console.log("after");`;
      const run = startCli(["run", "--", process.execPath, "-e", script], {
        env: { ...store.env, AZ_BATCH_TASK_DIR: folder },
      });
      await waitUntilWritten(run, "stdout", "after");
      await store.proxy.waitForRequest(({ clientGot }) => clientGot === "reset");
      store.setDown(false);
      expect(await run.ended).toMatchObject({ status: 0, stdout: "before\nafter\n" });
      expect((await readStored(job, log))?.toString()).toBe("before\nafter\n");
      expect((await readStored(job, "t1/$TaskLog/stderr.txt"))?.toString()).toBe("");
      // It is created again if the logs were not open when the command deleted it.
      expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
    },
  );

  it.skipIf(process.platform === "win32")(
    "permanently, and the command deletes the folder of its task: its logs are kept where a message says",
    async () => {
      const job = await setUpCliJob();
      const store = await startFaultyStore(job, { isDown: true });
      const folder = join(createTemporaryFolder(), "task");
      mkdirSync(folder);
      const script = `console.log("before"); fs.rmSync(${JSON.stringify(folder)}, { recursive: true });`;
      const run = await runCli(["run", "--give-up-after", "0.5s", "--", process.execPath, "-e", script], {
        env: { ...store.env, AZ_BATCH_TASK_DIR: folder },
      });
      expect(run.status).toBe(1);
      expect(readFileSync(copyNamedIn(run, "stdout"), "utf8")).toBe("before\n");
    },
  );

  it("in the middle: nothing is lost or repeated, and a message reports it", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    const run = startCli([...runArguments, "--", ...createNodeCommand(echo)], { env: store.env });
    await waitUntilStored(job, log, "started");
    store.setDown(true);
    run.process.stdin?.write("middle\n");
    await waitUntilWritten(run, "stderr", "cannot be stored at present");
    store.setDown(false);
    await waitUntilStored(job, log, "middle");
    run.process.stdin?.end("end\n");
    const ended = await run.ended;
    expect(ended.status).toBe(0);
    expect(ended.stderr).toContain("nothing was lost");
    expect((await readStored(job, log))?.toString()).toBe("started\nmiddle\nend\n");
  });

  it("at the end, and back before the deadline: logs and outputs are stored", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    const run = startCli([...runArguments, "--", ...createNodeCommand(echo)], { env: store.env });
    await waitUntilStored(job, log, "started");
    store.setDown(true);
    const before = store.proxy.exchanges.length;
    run.process.stdin?.end("end\n");
    await store.proxy.waitForRequest(
      ({ sequence, clientGot, url }) => sequence > before && clientGot === "reset" && url.includes("out.txt"),
    );
    store.setDown(false);
    expect((await run.ended).status).toBe(0);
    expect((await readStored(job, log))?.toString()).toBe("started\nend\n");
    expect((await readStored(job, "t1/$TaskOutput/out.txt"))?.toString()).toBe("out");
  });

  it.each([
    ["fails a command that succeeded", 0, [], 1],
    ["only warns where that is asked for", 0, ["--on-save-failure", "warn"], 0],
    ["leaves a command that failed its status", 3, [], 3],
  ])("permanently: it %s, and reports where its logs are kept", async (_, own, flags, status) => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job, { isDown: true });
    const folder = createTemporaryFolder();
    const script = `console.log("precious"); console.error("words"); process.exitCode = ${own};`;
    const run = await runCli(
      [
        "run",
        "--give-up-after",
        "0.5s",
        "--spool-directory",
        folder,
        ...flags,
        "--",
        ...createNodeCommand(script),
      ],
      { env: store.env },
    );
    expect(run).toMatchObject({ status, stdout: "precious\n" });
    expect(run.stderr).toContain("NOT STORED");
    expect(run.stderr).not.toContain(accountKey);
    const copy = copyNamedIn(run, "stdout");
    expect(copy.startsWith(folder)).toBe(true);
    expect(readFileSync(copy, "utf8")).toBe("precious\n");
    expect(readFileSync(copyNamedIn(run, "stderr"), "utf8")).toBe("words\n");
    store.setDown(false);
    const rescued = await runCli(["track", "--once", copy, "--destination", "stdout.txt"], {
      env: store.env,
    });
    expect(rescued.status).toBe(0);
    expect((await readStored(job, log))?.toString()).toBe("precious\n");
  });

  it("and a signal comes: the grace time ends it", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job, { isDown: true });
    const script = `process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000); console.log("ready");`;
    const run = startCli(
      [
        "run",
        "--grace",
        "0.2s",
        "--give-up-after",
        "1h",
        "--spool-directory",
        createTemporaryFolder(),
        "--",
        ...createNodeCommand(script),
      ],
      {
        env: store.env,
      },
    );
    await waitUntilWritten(run, "stdout", "ready");
    run.process.kill("SIGTERM");
    const ended = await run.ended;
    expect(ended.status).toBe(1);
    const copy = copyNamedIn(ended, "stdout");
    expect(readFileSync(copy, "utf8")).toBe("ready\n");
  });
});

describe("run, when the store refuses", () => {
  it("a job that is not prepared: the command runs, and the task fails", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const folder = createTemporaryFolder();
    writeFileSync(join(folder, "out.txt"), "");
    const script = `import { writeFileSync } from "node:fs"; writeFileSync("ran", ""); console.log("done");`;
    const run = await runCli(
      [
        "run",
        "--save",
        "TaskOutput=out.txt",
        "--spool-directory",
        folder,
        "--",
        ...createNodeCommand(script),
      ],
      { env: job.taskEnv, cwd: folder },
    );
    expect(run).toMatchObject({ status: 1, stdout: "done\n" });
    expect(existsSync(join(folder, "ran"))).toBe(true);
    expect(run.stderr).toContain(`batch-outputs prepare --job ${job.jobId}`);
    expect(run.stderr).toContain("ContainerNotPrepared");
  });

  it("without a folder for the logs: output is passed through, and the task fails", async () => {
    const job = await setUpCliJob();
    const run = await runCli(
      [
        "run",
        "--spool-directory",
        join(createTemporaryFolder(), "none"),
        "--",
        ...createNodeCommand(`console.log("done")`),
      ],
      { env: job.taskEnv },
    );
    expect(run).toMatchObject({ status: 1, stdout: "done\n" });
    expect(run.stderr).toContain("--spool-directory");
  });
});

describe("run, when the store refuses or is away while a log begins or ends", () => {
  it("keeps the log of the previous attempt, also if opening the log failed at first", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    const say = (text: string): string[] => ["run", "--", ...createNodeCommand(`console.log("${text}")`)];
    expect((await runCli(say("first"), { env: store.env })).status).toBe(0);
    store.setDown(true);
    const second = startCli([...runArguments, "--", ...createNodeCommand(echo)], { env: store.env });
    await waitUntilWritten(second, "stderr", "cannot be stored at present");
    store.setDown(false);
    second.process.stdin?.end("second\n");
    expect((await second.ended).status).toBe(0);
    expect((await readStored(job, "t1/$TaskLog/stdout.attempt-1.txt"))?.toString()).toBe("first\n");
    expect((await readStored(job, log))?.toString()).toBe("started\nsecond\n");
  });

  it("does not fail if only the end mark of a log cannot be written", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    store.proxy.onRequest = ({ operation }) =>
      operation === "SetBlobMetadata"
        ? { kind: "answer", status: 409, code: "BlobImmutableDueToPolicy" }
        : undefined;
    const run = await runCli(["run", "--", ...createNodeCommand(`console.log("all of it")`)], {
      env: store.env,
    });
    expect(run).toMatchObject({ status: 0, stdout: "all of it\n" });
    expect(run.stderr).toContain("cannot be marked as finished");
    expect(run.stderr).not.toContain("NOT STORED");
    expect((await readStored(job, log))?.toString()).toBe("all of it\n");
  });

  it("stores a complete log although one append gets no response", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    let appends = 0;
    store.proxy.onRequest = ({ operation }) =>
      operation === "AppendBlock" && (appends += 1) === 2
        ? { kind: "delay", until: new Promise(() => undefined) }
        : undefined;
    const run = startCli(
      ["run", "--request-timeout", "0.5s", "--flush-interval", "0.1s", "--", ...createNodeCommand(echo)],
      { env: store.env },
    );
    await waitUntilStored(job, log, "started");
    run.process.stdin?.end("later\n");
    expect(await run.ended).toMatchObject({ status: 0, stdout: "started\nlater\n" });
    expect((await readStored(job, log))?.toString()).toBe("started\nlater\n");
  });

  it.skipIf(process.platform === "win32")(
    "uses no spool folder that others can access, and reports it once",
    async () => {
      const job = await setUpCliJob();
      const folder = createTemporaryFolder();
      const planted = join(folder, "batch-outputs-planted");
      mkdirSync(planted);
      chmodSync(planted, 0o755);
      const urls = ["stdout.txt", "stderr.txt"].map(
        (name) => openTaskStorage(job, "t1").getOutput("TaskLog", name).url,
      );
      writeFileSync(
        join(planted, "owner.json"),
        JSON.stringify({ attemptId: "a", startedAtInMs: 1, logs: urls, processId: 0, processStart: "1" }),
      );
      writeFileSync(join(planted, "stdout.txt"), "foreign");
      const run = await runCli(
        ["run", "--spool-directory", folder, "--", ...createNodeCommand(`console.log("own")`)],
        { env: job.taskEnv },
      );
      expect(run.status).toBe(0);
      expect(run.stderr).toContain(`Not used: ${planted}.`);
      expect(readFileSync(join(planted, "stdout.txt"), "utf8")).toBe("foreign");
      expect((await readStored(job, log))?.toString()).toBe("own\n");
    },
  );
});

describe.runIf(process.platform === "linux")("run, killed by SIGKILL", () => {
  it.each([
    ["as the store was away", true],
    ["when the store had the beginning", false],
  ])("%s: the next attempt on the node stores the rest, every byte once", async (_, isDown) => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job, { isDown });
    const folder = createTemporaryFolder();
    const attempt = (): StartedCli =>
      startCli([...runArguments, "--spool-directory", folder, "--", ...createNodeCommand(echo)], {
        env: store.env,
      });
    const first = attempt();
    await waitUntilWritten(first, "stdout", "started");
    if (!isDown) await waitUntilStored(job, log, "started");
    store.setDown(true);
    first.process.stdin?.write("precious\n");
    await waitUntilWritten(first, "stdout", "precious");
    first.process.kill("SIGKILL");
    await first.ended;
    expect(readdirSync(folder)).toHaveLength(1);

    store.setDown(false);
    const second = attempt();
    await waitUntilStored(job, log, "started");
    second.process.stdin?.end("second\n");
    const { status, stderr } = await second.ended;
    expect(status).toBe(0);
    expect(stderr).toContain('TaskLog "stdout.txt" of an earlier attempt is stored completely (17 B).');
    expect((await readStored(job, "t1/$TaskLog/stdout.attempt-1.txt"))?.toString()).toBe(
      "started\nprecious\n",
    );
    expect((await readStored(job, log))?.toString()).toBe("started\nsecond\n");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("and its store permanently unreachable: the next attempt reports where the data is", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job, { isDown: true });
    const folder = createTemporaryFolder();
    const first = startCli(["run", "--spool-directory", folder, "--", ...createNodeCommand(echo)], {
      env: store.env,
    });
    await waitUntilWritten(first, "stdout", "started");
    first.process.kill("SIGKILL");
    await first.ended;
    const second = await runCli(
      [
        "run",
        "--spool-directory",
        folder,
        "--give-up-after",
        "0.5s",
        "--",
        ...createNodeCommand(`console.log("second")`),
      ],
      { env: store.env },
    );
    expect(second.status).toBe(1);
    const [, copy = ""] = /--once (\S+\.former-1\/stdout\.txt)/.exec(second.stderr) ?? [];
    expect(readFileSync(copy, "utf8")).toBe("started\n");
  });

  it("does not touch files of another task or of a running attempt", async () => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    const run = (task: string, ...command: string[]): StartedCli =>
      startCli(["run", "--task", task, "--spool-directory", folder, "--", ...command], { env: job.env });
    const [running, other] = [run("t1", ...createNodeCommand(echo)), run("t2", ...createNodeCommand(echo))];
    await Promise.all([
      waitUntilWritten(running, "stdout", "started"),
      waitUntilWritten(other, "stdout", "started"),
    ]);
    other.process.kill("SIGKILL");
    await other.ended;
    const theirs = readdirSync(folder);
    const third = run("t1", ...createNodeCommand(`console.log("third")`));
    expect((await third.ended).stderr).not.toContain("former");
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(theirs));
  });

  it("does not store a log again that was kept for an attempt on another node", async () => {
    const job = await setUpCliJob();
    const store = await startFaultyStore(job);
    const [folder, otherNode] = [createTemporaryFolder(), createTemporaryFolder()];
    const first = startCli([...runArguments, "--spool-directory", folder, "--", ...createNodeCommand(echo)], {
      env: store.env,
    });
    await waitUntilStored(job, log, "started");
    store.setDown(true);
    first.process.kill("SIGKILL");
    await first.ended;
    store.setDown(false);
    expect((await runOnNode(store.env, otherNode, "other")).status).toBe(0);
    expect((await runOnNode(store.env, folder, "started")).status).toBe(0);
    expect(await storedAttempts(job)).toEqual(["started\n", "other\n", "started\n"]);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("run, when the job was not prepared for earlier attempts", () => {
  it("stores their logs oldest first, each of them once, also when their text is the same", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const folder = createTemporaryFolder();
    for (const text of ["one", "same", "same"])
      expect((await runOnNode(job.taskEnv, folder, text)).stderr).toContain("NOT STORED");
    await runCli(["prepare"], { env: job.env });
    expect((await runOnNode(job.taskEnv, folder, "same")).status).toBe(0);
    expect(await storedAttempts(job)).toEqual(["one\n", "same\n", "same\n", "same\n"]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("gives the two logs of an attempt one number, also when one of them is empty", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const folder = createTemporaryFolder();
    const attempt = async (script: string): Promise<CliResult> =>
      await runCli(["run", "--spool-directory", folder, "--", ...createNodeCommand(script)], {
        env: job.taskEnv,
      });
    await attempt(`console.log("one")`);
    await attempt(`console.error("two")`);
    await attempt(`console.log("three"); console.error("three")`);
    await runCli(["prepare"], { env: job.env });
    expect((await attempt(`console.log("four")`)).status).toBe(0);
    const stderrOf = async (attempt: number): Promise<string | undefined> =>
      (await readStored(job, `t1/$TaskLog/stderr.attempt-${attempt}.txt`))?.toString();
    expect(await storedAttempts(job)).toEqual(["one\n", "", "three\n", "four\n"]);
    expect(await Promise.all([1, 2, 3].map(stderrOf))).toEqual(["", "two\n", "three\n"]);
  });

  it("keeps that order when the job is prepared while a command runs", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const folder = createTemporaryFolder();
    await runOnNode(job.taskEnv, folder, "one");
    const second = startCli(
      [...runArguments, "--spool-directory", folder, "--", ...createNodeCommand(echo)],
      {
        env: job.taskEnv,
      },
    );
    await waitUntilWritten(second, "stderr", "cannot be stored at present");
    await runCli(["prepare"], { env: job.env });
    await waitUntilStored(job, log, "started");
    second.process.stdin?.end("second\n");
    expect((await second.ended).status).toBe(0);
    expect(await storedAttempts(job)).toEqual(["one\n", "started\nsecond\n"]);
    expect(readdirSync(folder)).toEqual([]);
  });
});
