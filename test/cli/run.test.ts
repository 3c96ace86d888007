import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { listBlobNames, setUpCliJob, cliCommand, runCli, startCli } from "../support/cli.js";
import { createFiller } from "../support/create-filler.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import {
  startFaultyStore,
  createNodeCommand,
  readStored,
  waitUntilStored,
  waitUntilWritten,
} from "./support/commands.js";

const log = "t1/$TaskLog/stdout.txt";
const errorLog = "t1/$TaskLog/stderr.txt";

describe("run passes on what its command reads and writes, and keeps it", () => {
  it("byte for byte: binary, and without a newline at the end", async () => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    const bytes = createFiller(3_000_001);
    writeFileSync(join(folder, "bytes"), bytes);
    const script = `
      import { readFileSync, writeFileSync } from "node:fs";
      writeFileSync("copy", readFileSync(0));
      process.stdout.write(readFileSync("bytes"));
      process.stderr.write("no newline");`;
    const run = await runCli(["run", "--quiet", "--", ...createNodeCommand(script)], {
      env: job.taskEnv,
      cwd: folder,
      stdin: bytes.subarray(0, 100_000),
    });
    expect(run).toMatchObject({ status: 0, stderr: "no newline" });
    expect(readFileSync(join(folder, "copy")).equals(bytes.subarray(0, 100_000))).toBe(true);
    expect(run.stdout).toBe(bytes.toString());
    expect((await readStored(job, log))?.equals(bytes)).toBe(true);
    expect((await readStored(job, errorLog))?.toString()).toBe("no newline");
  });

  it("live: the log is in the store while the command still runs", async () => {
    const job = await setUpCliJob();
    const script = `process.stdin.on("end", () => console.log("last")).resume(); console.log("first");`;
    const run = startCli(["run", "--flush-interval", "0.1s", "--", ...createNodeCommand(script)], {
      env: job.taskEnv,
    });
    await waitUntilStored(job, log, "first");
    run.process.stdin?.end();
    expect(await run.ended).toMatchObject({ status: 0, stdout: "first\nlast\n" });
    expect((await readStored(job, log))?.toString()).toBe("first\nlast\n");
  });

  it("to pipes that can be opened by their name, as shell scripts do", async () => {
    const job = await setUpCliJob();
    const script = `import { appendFileSync } from "node:fs"; appendFileSync("/dev/stderr", "by name\\n");`;
    const run = await runCli(["run", "--quiet", "--", ...createNodeCommand(script)], { env: job.taskEnv });
    expect(run).toMatchObject({ status: 0, stderr: "by name\n" });
    expect((await readStored(job, errorLog))?.toString()).toBe("by name\n");
  });

  it("also without a reader: the command is not delayed, and runs to its end", async () => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    const script = `
      import { writeFileSync } from "node:fs";
      process.stdout.write(Buffer.alloc(20_000_000, "x"), () => writeFileSync("done", ""));`;
    const run = startCli(["run", "--", ...createNodeCommand(script)], { env: job.taskEnv, cwd: folder });
    run.process.stdout?.pause();
    await expect.poll(() => readdirSync(folder)).toContain("done");
    run.process.stdout?.resume();
    const { status, stdout } = await run.ended;
    expect(status).toBe(0);
    expect(stdout.length).toBe(20_000_000);
  });

  it.runIf(existsSync("/proc/self/status"))(
    "in constant memory, however much is neither read nor stored",
    async () => {
      const job = await setUpCliJob();
      const store = await startFaultyStore(job, { isDown: true });
      const peakKiB = async (megabytes: number): Promise<number> => {
        const cwd = createTemporaryFolder();
        const script = `
        import { readFileSync, writeFileSync } from "node:fs";
        import { once } from "node:events";
        const chunk = Buffer.alloc(1_000_000, "m");
        for (let i = 0; i < ${megabytes}; i += 1) if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
        const status = readFileSync("/proc/" + process.ppid + "/status", "utf8");
        writeFileSync("peak", /VmHWM:\\s+(\\d+)/.exec(status)[1]);`;
        const run = startCli(
          ["run", "--give-up-after", "0.1s", "--spool-directory", cwd, "--", ...createNodeCommand(script)],
          { env: store.env, cwd },
        );
        run.process.stdout?.pause();
        const peak = (): string =>
          existsSync(join(cwd, "peak")) ? readFileSync(join(cwd, "peak"), "utf8") : "";
        await expect.poll(peak).toMatch(/^\d+$/);
        run.process.kill("SIGKILL");
        return Number(peak());
      };
      const [little, much] = [await peakKiB(20), await peakKiB(400)];
      // When memory is collected is chance; what is passed on in addition is 380 MB.
      expect(much - little).toBeLessThan(160 * 1024);
    },
  );

  it("also when its reader leaves, as head does", async () => {
    const job = await setUpCliJob();
    const script = `
      process.stdin.on("end", () => process.stdout.write("y".repeat(300_000), () => process.exit(6))).resume();
      console.log("first");`;
    const run = startCli(["run", "--", ...createNodeCommand(script)], { env: job.taskEnv });
    await waitUntilWritten(run, "stdout", "first");
    run.process.stdout?.destroy();
    run.process.stdin?.end();
    await new Promise((resolve) => run.process.once("exit", resolve));
    expect(run.process.exitCode).toBe(6);
    expect((await readStored(job, log))?.length).toBe(300_006);
  });

  it("to a slow reader, also without logs, without stopping", async () => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    const script = `
      import { writeFileSync } from "node:fs";
      process.stdout.write(Buffer.alloc(150_000, "x"), () => writeFileSync("done", ""));`;
    const run = startCli(["run", "--no-logs", "--drain", "0.01s", "--", ...createNodeCommand(script)], {
      env: job.taskEnv,
      cwd: folder,
    });
    run.process.stdout?.pause();
    await expect.poll(() => readdirSync(folder)).toContain("done");
    run.process.stdout?.resume();
    const { status, stdout } = await run.ended;
    expect({ status, length: stdout.length }).toEqual({ status: 0, length: 150_000 });
  });

  it("until it closes its output", async () => {
    const job = await setUpCliJob();
    const script = `
      import { closeSync, writeSync } from "node:fs";
      writeSync(1, "before"); closeSync(1);
      setTimeout(() => { writeSync(2, "after"); process.exitCode = 5; }, 100);`;
    const run = await runCli(["run", "--quiet", "--", ...createNodeCommand(script)], { env: job.taskEnv });
    expect(run).toMatchObject({ status: 5, stdout: "before", stderr: "after" });
    expect((await readStored(job, log))?.toString()).toBe("before");
  });

  it("not for ever, if a background process keeps its output open", async () => {
    const job = await setUpCliJob();
    const script = `
      import { spawn } from "node:child_process";
      const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 600_000)"], { stdio: "inherit", detached: true });
      console.log(child.pid);
      process.exit(0);`;
    const run = await runCli(["run", "--drain", "0.2s", "--", ...createNodeCommand(script)], {
      env: job.taskEnv,
    });
    process.kill(Number(run.stdout), "SIGKILL");
    expect(run.status).toBe(0);
    expect(run.stderr).toContain("still has its output open");
    expect((await readStored(job, log))?.toString()).toBe(run.stdout);
  });

  it("as far as the disk has space; all output is passed through", async () => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    const script = `process.stdout.write("z".repeat(200_000));`;
    // A file size that the system refuses to exceed, as it does where a disk is full.
    const env = { ...job.taskEnv, AZURE_BATCH_OUTPUTS_SPOOL_DIRECTORY: folder };
    const limited = spawnSync(
      "sh",
      ["-c", 'ulimit -f 100; exec "$@"', "sh", ...cliCommand, "run", "--", ...createNodeCommand(script)],
      { env: { PATH: process.env["PATH"], ...env }, encoding: "utf8" },
    );
    expect(limited.stdout).toBe("z".repeat(200_000));
    expect(limited.stderr).toContain("NOT STORED");
    expect(limited.status).toBe(1);
    const kept = (await readStored(job, log))?.length ?? 0;
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(200_000);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("run ends as its command does", () => {
  it.each([
    ["its own status", `process.exit(3)`, 3],
    ["128 + n for a signal", `process.kill(process.pid, "SIGKILL"); setTimeout(() => {}, 60_000)`, 137],
  ])("%s", async (_, script, status) => {
    const job = await setUpCliJob();
    expect((await runCli(["run", "--", ...createNodeCommand(script)], { env: job.taskEnv })).status).toBe(
      status,
    );
    expect((await readStored(job, log))?.toString()).toBe("");
  });

  it("127 if the program does not exist, 126 if it cannot be executed", async () => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    writeFileSync(join(folder, "a-file"), "");
    const options = { env: job.taskEnv, cwd: folder };
    const missing = await runCli(["run", "--", "no-such-program-here", "x"], options);
    expect(missing.status).toBe(127);
    expect(missing.stderr).toContain(
      'cannot start "no-such-program-here": it was not found: check its name, PATH, and that it is installed on the node\n',
    );
    const notExecutable = await runCli(["run", "--", "./a-file"], options);
    expect(notExecutable.status).toBe(126);
    expect(notExecutable.stderr).not.toMatch(/spawn|\bE[A-Z]{4,}/);
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)(
    "%s is passed to the command",
    async (signal) => {
      const job = await setUpCliJob();
      const script = `
        process.on("${signal}", () => { console.log("got it"); process.exit(7); });
        setInterval(() => {}, 1000);
        console.log("ready");`;
      const run = startCli(["run", "--", ...createNodeCommand(script)], { env: job.taskEnv });
      await waitUntilWritten(run, "stdout", "ready");
      run.process.kill(signal);
      expect(await run.ended).toMatchObject({ status: 7 });
      expect((await readStored(job, log))?.toString()).toBe("ready\ngot it\n");
    },
  );

  it("a command that ignores SIGTERM continues, and its logs are then stored at once", async () => {
    const job = await setUpCliJob();
    const script = `
      process.on("SIGTERM", () => console.log("ignored"));
      setInterval(() => {}, 1000);
      console.log(process.pid);`;
    const run = startCli(["run", "--flush-interval", "1h", "--", ...createNodeCommand(script)], {
      env: job.taskEnv,
    });
    await waitUntilWritten(run, "stdout", "\n");
    run.process.kill("SIGTERM");
    await waitUntilStored(job, log, "ignored");
    process.kill(Number((await readStored(job, log))?.toString().split("\n")[0]), "SIGKILL");
    expect((await run.ended).status).toBe(137);
  });

  it("keeps the logs of a task's earlier attempt", async () => {
    const job = await setUpCliJob();
    for (const attempt of ["one", "two"])
      await runCli(["run", "--", ...createNodeCommand(`console.log("${attempt}")`)], { env: job.taskEnv });
    expect((await readStored(job, "t1/$TaskLog/stdout.attempt-1.txt"))?.toString()).toBe("one\n");
    expect((await readStored(job, log))?.toString()).toBe("two\n");
  });
});

describe("run saves outputs", () => {
  const outputs = (names: readonly string[]): string[] =>
    names.filter((name) => !name.includes("$TaskLog") && !name.startsWith(".batch-outputs/"));
  const script = (status: number): string => `
    import { writeFileSync } from "node:fs";
    for (const name of ["good.csv", "core.1", "always.txt", "film.mp4"]) writeFileSync(name, name);
    process.exit(${status});`;
  const rules = [
    "TaskOutput=*.csv:success",
    "TaskIntermediate=core.*:failure",
    "TaskOutput=always.txt",
  ].flatMap((rule) => ["--save", rule]);

  it.each([
    [0, ["$JobOutput/film.mp4", "t1/$TaskOutput/always.txt", "t1/$TaskOutput/good.csv"]],
    [9, ["$JobOutput/film.mp4", "t1/$TaskIntermediate/core.1", "t1/$TaskOutput/always.txt"]],
  ])("after status %i by their conditions", async (status, names) => {
    const job = await setUpCliJob();
    const args = [
      "run",
      ...rules,
      "--save",
      "JobOutput=film.mp4:always",
      "--",
      ...createNodeCommand(script(status)),
    ];
    const run = await runCli(args, { env: job.taskEnv });
    expect(run.status).toBe(status);
    expect(outputs(await listBlobNames(job))).toEqual(names);
    expect(run.stdout).toBe("");
  });

  it("and tracks files as an outputs file says", async () => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    mkdirSync(join(folder, "logs"));
    writeFileSync(
      join(folder, "outputs.yaml"),
      "outputs: [{ kind: TaskOutput, files: out.txt, when: success, destination: results }]\n" +
        "tracked: [{ file: logs/app.log, kind: AppLog, flushInterval: 0.1s }]\n",
    );
    const program = `
      import { writeFileSync } from "node:fs";
      writeFileSync("logs/app.log", "app\\n"); writeFileSync("out.txt", "out");
      process.stdin.resume();`;
    const run = startCli(["run", "-f", "outputs.yaml", "--", ...createNodeCommand(program)], {
      env: job.taskEnv,
      cwd: folder,
    });
    await waitUntilStored(job, "t1/$AppLog/logs/app.log", "app");
    run.process.stdin?.end();
    expect((await run.ended).status).toBe(0);
    expect(outputs(await listBlobNames(job))).toEqual([
      "t1/$AppLog/logs/app.log",
      "t1/$TaskOutput/results/out.txt",
    ]);
  });

  it("and fails a successful command if a file is missing, or warns", async () => {
    const job = await setUpCliJob();
    const spool = createTemporaryFolder();
    const run = async (status: number, ...flags: string[]) =>
      await runCli(
        [
          "run",
          "--spool-directory",
          spool,
          ...flags,
          "--save",
          "TaskOutput=none.csv",
          "--",
          ...createNodeCommand(`process.exit(${status})`),
        ],
        {
          env: job.taskEnv,
        },
      );
    const failed = await run(0);
    expect(failed.status).toBe(1);
    expect(failed.stderr).toContain("NOT STORED");
    expect(failed.stderr).toContain("none.csv");
    expect((await run(0, "--on-save-failure", "warn")).status).toBe(0);
    expect((await run(0, "--if-no-files-found", "ignore")).status).toBe(0);
    expect((await run(8)).status).toBe(8);
    // The logs are stored, so that nothing of them is left here.
    expect(readdirSync(spool)).toEqual([]);
  });
});

describe("run starts nothing if its own command line is invalid", () => {
  it.each([
    ["--save TaskOutput", ["--save", "TaskOutput"], "KIND=GLOB"],
    ["a mistyped condition", ["--save", "TaskOutput=*.txt:sucess"], 'did you mean ":success"?'],
    ["a condition in capitals", ["--save", "TaskOutput=*.txt:Failure"], 'did you mean ":failure"?'],
    ["another form of a condition", ["--save", "TaskOutput=*.txt:succeeded"], 'did you mean ":success"?'],
    ["a kind with a slash", ["--save", "a/b=*.txt"], "/"],
    ["no task", ["--no-task"], "--task"],
    ["an outputs file that is not there", ["-f", "none.yaml"], "none.yaml"],
  ])("%s", async (_, flags, expected) => {
    const job = await setUpCliJob();
    const folder = createTemporaryFolder();
    const script = `import { writeFileSync } from "node:fs"; writeFileSync("started", "");`;
    const run = await runCli(["run", ...flags, "--", ...createNodeCommand(script)], {
      env: job.taskEnv,
      cwd: folder,
    });
    expect([2, 3]).toContain(run.status);
    expect(run.stderr).toContain(expected);
    expect(readdirSync(folder)).toEqual([]);
    expect(await listBlobNames(job)).toEqual([]);
  });

  it("no command, no store", async () => {
    const job = await setUpCliJob();
    expect((await runCli(["run"], { env: job.taskEnv })).status).toBe(2);
    const run = await runCli(["run", "--job", "j", "--task", "t", "--", "true"]);
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain("AZURE_BATCH_OUTPUTS_CONTAINER_URL");
  });
});

describe("run --dry-run", () => {
  it("lists what would be started, stored and saved, and does nothing else", async () => {
    const job = await setUpCliJob();
    const cwd = createTemporaryFolder();
    writeFileSync(
      join(cwd, "outputs.yaml"),
      `outputs: [{ kind: JobOutput, files: film.mp4, jobOutput: true, when: success }]\ntracked: [{ file: train.log }]`,
    );
    const rules = ["--save", "TaskOutput=*.csv", "--save", "TaskIntermediate=core.*:failure"];
    const dry = await runCli(
      ["run", "--dry-run", "-f", "outputs.yaml", ...rules, "--", "touch", "ran, or not"],
      { env: job.taskEnv, cwd },
    );
    const task = `task t1 of job ${job.jobId}`;
    expect(dry).toMatchObject({ status: 0, stderr: "" });
    expect(dry.stdout.split("\n")).toEqual([
      `would run "touch" "ran, or not"`,
      `would store its standard output as TaskLog "stdout.txt" of ${task}`,
      `would store its standard error as TaskLog "stderr.txt" of ${task}`,
      `would save train.log while it grows as TaskLog "train.log" of ${task}`,
      `would save "film.mp4" as JobOutput of job ${job.jobId} if it succeeds`,
      `would save "*.csv" as TaskOutput of ${task}`,
      `would save "core.*" as TaskIntermediate of ${task} if it fails`,
      "",
    ]);
    expect(readdirSync(cwd)).toEqual(["outputs.yaml"]);
    expect(await listBlobNames(job)).toEqual([]);
  });
});
