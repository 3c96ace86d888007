import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";

import {
  listBlobNames,
  setUpCliJob,
  cliCommand,
  createEnvironment,
  putBlob,
  runCli,
} from "../support/cli.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The program under a shell, with a pipe behind it: what it printed on standard error, and the statuses of both. */
async function throughPipe(args: readonly string[], reader: string, env: Record<string, string>) {
  const line = `${[...cliCommand, ...args].map(quoted).join(" ")} | ${reader}; echo "\${PIPESTATUS[0]}"`;
  const child = spawn("bash", ["-c", line], {
    env: createEnvironment(env),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
}

/** The program on a terminal of its own, which `script` of util-linux makes; `answer` is typed when it asks. */
async function onTerminal(
  args: readonly string[],
  env: Record<string, string>,
  columns = 80,
  answer?: string,
) {
  const line = `stty cols ${columns}; ${[...cliCommand, ...args].map(quoted).join(" ")}`;
  const child = spawn("script", ["-qec", line, "/dev/null"], {
    env: createEnvironment({ TERM: "xterm", ...env }),
  });
  let screen = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    screen += part;
    if (answer !== undefined && screen.includes("[y/N]")) {
      child.stdin.write(`${answer}\r`);
      answer = undefined;
    }
  });
  const status = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { screen, status };
}

async function jobWithMany(count: number) {
  const job = await setUpCliJob();
  const container = useSharedAzurite().serviceClient().getContainerClient(job.containerName);
  const name = (index: number): string =>
    `t1/$TaskOutput/${"long".repeat(20)}/${String(index).padStart(5, "0")}`;
  for (let next = 0; next < count; next += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        container.getBlockBlobClient(name(next + index)).upload("x", 1),
      ),
    );
  }
  return job;
}

describe("standard output", () => {
  it("can be closed by its reader without a message or a failure", async () => {
    const job = await jobWithMany(500);
    for (const args of [["list"], ["list", "--json"], ["completion", "bash"], ["list", "--help"]]) {
      const { stdout, stderr } = await throughPipe(args, "head -n 1", job.taskEnv);
      expect(stderr).toBe("");
      expect(stdout.split("\n")).toHaveLength(3);
      expect(stdout).toMatch(/\n0\n$/);
    }
    await putBlob(job, "t1/$TaskLog/big.txt", "x".repeat(20_000_000));
    const cat = await throughPipe(["cat", "TaskLog", "big.txt"], "head -c 5", job.taskEnv);
    expect(cat).toEqual({ stdout: "xxxxx0\n", stderr: "" });
  });

  it("without a reader does not prevent saving", async () => {
    const job = await setUpCliJob();
    const saved = await throughPipe(["save", "TaskOutput", "-", "-d", "a", "--json"], "true", job.taskEnv);
    expect(saved.stdout).toBe("0\n");
    expect(await listBlobNames(job)).toEqual(["t1/$TaskOutput/a"]);
  });

  it.runIf(process.platform === "linux").each([
    ["list", ["list", "--json"]],
    ["cat", ["cat", "TaskOutput", "a"]],
    ["completion", ["completion", "zsh"]],
  ])("that is full fails %s", async (_, args) => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    const full = openSync("/dev/full", "w");
    try {
      const { status, stderr } = await runCli(args, { env: job.taskEnv, stdout: full });
      expect(status).toBe(1);
      expect(stderr).toContain("Standard output cannot be written: ENOSPC");
    } finally {
      closeSync(full);
    }
  });

  it.runIf(process.platform === "linux").each([
    { flags: [], status: 0, expected: 0 },
    { flags: [], status: 6, expected: 6 },
    // Then the output is stored nowhere.
    { flags: ["--no-logs"], status: 0, expected: 1 },
    { flags: ["--no-logs"], status: 6, expected: 6 },
  ])("that is full does not change the status of a command: $flags, $status", async (run) => {
    const job = await setUpCliJob();
    const command = ["sh", "-c", `echo a; exit ${run.status}`];
    const full = openSync("/dev/full", "w");
    try {
      const args = ["run", ...run.flags, "--", ...command];
      const { status, stderr } = await runCli(args, { env: job.taskEnv, stdout: full });
      expect(status).toBe(run.expected);
      expect(stderr).toContain("Standard output cannot be written: ENOSPC");
    } finally {
      closeSync(full);
    }
  });
});

describe("a table", () => {
  it("fits COLUMNS: leaves out the middle of paths, then columns", async () => {
    const job = await setUpCliJob();
    await putBlob(job, `t1/$TaskOutput/${"folder/".repeat(10)}frame_0001.jpg`);
    const table = async (columns?: string) => {
      const { stdout } = await runCli(["list"], { env: { ...job.taskEnv, COLUMNS: columns ?? "" } });
      return stdout;
    };
    expect(await table()).toContain(`${"folder/".repeat(10)}frame_0001.jpg`);
    for (const columns of [100, 60, 40]) {
      const lines = (await table(String(columns))).trimEnd().split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
      expect(lines[1]).toMatch(/…[^ ]*\.jpg/);
    }
    expect(await table("60")).not.toContain("CONTENT TYPE");
    expect(await table("40")).not.toContain("LAST MODIFIED");
  });

  it("counts columns, not characters: wide, full-width, emoji, combining marks", async () => {
    const job = await setUpCliJob();
    // By the columns of a terminal that each takes.
    const names = { ab: 2, 映像: 4, ｆ: 2, 한글: 4, "😀": 2, "👩‍👩‍👧": 2, "e\u0301": 1, "❤\ufe0f": 2 };
    for (const name of Object.keys(names)) await putBlob(job, `t1/$${name}/${name}`);
    const { stdout } = await runCli(["list"], { env: job.taskEnv });
    const lines = stdout.split("\n");
    for (const [name, width] of Object.entries(names)) {
      const line = lines.find((line) => line.startsWith(`${name} `)) ?? "";
      const [afterKind, afterPath] = line
        .split(name)
        .slice(1)
        .map((rest) => width + rest.length - rest.trimStart().length);
      expect({ name, afterKind, afterPath }).toEqual({ name, afterKind: 6, afterPath: 7 });
    }
  });

  it("shows names without sending their control characters to the terminal", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a\u009b2Jb\u202ec");
    const { stdout } = await runCli(["list"], { env: job.taskEnv });
    expect(stdout).toContain(String.raw`a\x9b2Jb\u202ec`);
    const json = await runCli(["list", "--json"], { env: job.taskEnv });
    expect(json.stdout).not.toMatch(/\u009b/);
    expect(json.objects).toMatchObject([{ path: "a\u009b2Jb\u202ec" }]);
  });

  it("has colours only if requested", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    const table = async (env: object) => (await runCli(["list"], { env: { ...job.taskEnv, ...env } })).stdout;
    expect(await table({})).not.toContain("\u001b");
    expect(await table({ FORCE_COLOR: "1" })).toContain("\u001b[1m");
    expect(await table({ FORCE_COLOR: "1", NO_COLOR: "1" })).not.toContain("\u001b");
  });
});

describe.runIf(process.platform === "linux")("on a terminal", () => {
  it("colours show, but not with NO_COLOR", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    expect((await onTerminal(["list"], job.taskEnv)).screen).toContain("\u001b[1mKIND");
    expect((await onTerminal(["list"], { ...job.taskEnv, NO_COLOR: "1" })).screen).toMatch(/^KIND/m);
  });

  it('delete asks, and deletes nothing after the answer "no"', async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    const no = await onTerminal(["delete", "TaskOutput"], job.taskEnv, 80, "n");
    expect(no.screen).toContain("Nothing was deleted.");
    expect(no.status).toBe(1);
    expect(await listBlobNames(job)).toHaveLength(1);
    const yes = await onTerminal(["delete", "TaskOutput"], job.taskEnv, 80, "y");
    expect(yes.screen).toContain("Deleted 1 output");
    expect(yes.status).toBe(0);
    expect(await listBlobNames(job)).toEqual([]);
  });

  it("Ctrl-C at the question deletes nothing", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/a");
    const asked = await onTerminal(["delete", "TaskOutput"], job.taskEnv, 80, "\u0003");
    expect(asked.status).toBe(130);
    expect(await listBlobNames(job)).toHaveLength(1);
  });
});
