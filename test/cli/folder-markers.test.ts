import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  cliCommand,
  type CliJob,
  setUpCliJob,
  type CliResult,
  createEnvironment,
  runCli,
} from "../support/cli.js";
import { putFilesWithMarkers } from "../support/folder-markers.js";
import { collectAll } from "../support/output-fixture.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { startStrictAccount } from "../support/strict-account.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

/** Who made the markers: other programs in any account, or the account itself. */
type MadeBy = "other programs" | "a hierarchical account";

async function jobWithMarkers(madeBy: MadeBy): Promise<CliJob> {
  const job = await setUpCliJob();
  const hasOwnFolders = madeBy === "a hierarchical account";
  const { connectionString, service } = await startStrictAccount(hasOwnFolders ? "hierarchical" : "flat");
  await putFilesWithMarkers(service.getContainerClient(job.containerName), { hasOwnFolders });
  const connection = { AZURE_STORAGE_CONNECTION_STRING: connectionString };
  return { ...job, env: { ...job.env, ...connection }, taskEnv: { ...job.taskEnv, ...connection } };
}

/** All blobs of the job, those that represent folders too. */
async function blobsOf({ containerName }: CliJob): Promise<string[]> {
  const container = useSharedAzurite().serviceClient().getContainerClient(containerName);
  return (await collectAll(container.listBlobsFlat())).map(({ name }) => name);
}

/** The paths of what `--json` gave, sorted. */
function pathsOf({ objects }: CliResult): unknown[] {
  return objects.flatMap(({ path }) => (path === undefined ? [] : [path])).sort();
}

/** The files of a folder and of all below it, sorted, without the program's own. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(folder.length + 1))
    .sort();
}

const outputsOfTask = ["empty.txt", "results/a.csv"];
const logsOfTask = ["logs/app.log", "stdout.txt"];

const listedPaths = (result: CliResult): unknown => pathsOf(result);
const downloadedFiles = (_: CliResult, folder: string): unknown => filesIn(folder);
const objects = (result: CliResult): unknown => result.objects;

/** Each reading command, how to read what it gives, and what that has to be. */
const commands: readonly (readonly [
  args: string,
  read: (result: CliResult, folder: string) => unknown,
  expected: unknown,
])[] = [
  ["list --json", listedPaths, [...logsOfTask, ...outputsOfTask].sort()],
  ["list --all-tasks --json", listedPaths, [...logsOfTask, ...outputsOfTask, "films/film.txt"].sort()],
  ["list --no-task --json", listedPaths, ["films/film.txt"]],
  ["tasks --json", objects, [{ taskId: "t1", outputs: 4 }]],
  [
    "usage --json",
    objects,
    [
      { kind: "JobOutput", outputs: 1 },
      { kind: "TaskLog", outputs: 2 },
      { kind: "TaskOutput", outputs: 2 },
    ],
  ],
  ["download --kind TaskOutput . --no-progress", downloadedFiles, outputsOfTask],
  [
    "download --all-tasks . --no-progress",
    (_, folder) =>
      filesIn(folder)
        .map((path) => basename(path))
        .sort(),
    ["a.csv", "app.log", "empty.txt", "film.txt", "stdout.txt"],
  ],
  ["restore TaskOutput --no-progress", downloadedFiles, outputsOfTask],
  ["verify --json --no-progress", listedPaths, [...logsOfTask, ...outputsOfTask].sort()],
  ["grep . --json --no-progress", (result) => [...new Set(pathsOf(result))], logsOfTask],
  ["why --json --no-progress", objects, [{ taskIds: ["t1"] }, { summary: { tasks: 1 } }]],
  ["tail", ({ stdout }) => stdout.split("\n"), ["start", ""]],
  ["prune --older-than 1s --kind TaskOutput --dry-run --json", listedPaths, outputsOfTask],
  ["rehydrate --dry-run --json", objects, []],
];

/** Commands that name an output: a folder is none. */
const named = ["cat TaskOutput results", "tail --kind TaskOutput results"];

/** Commands that select outputs by a pattern: a folder with that name is not selected, and nothing is not an error. */
const selecting = [
  "delete TaskOutput results --yes",
  "download . --kind TaskOutput --include results --no-progress",
  "rehydrate TaskOutput results",
  "verify --kind TaskOutput --include results --no-progress",
  "list --include results",
];

describe.each(["other programs", "a hierarchical account"] as const)("Folders made by %s", (madeBy) => {
  test("are not outputs for any reading command", async () => {
    const job = await jobWithMarkers(madeBy);
    const storedAt = Date.now();
    // Old enough for prune.
    await expect.poll(() => Date.now() - storedAt).toBeGreaterThan(2_000);
    for (const [args, read, expected] of commands) {
      const cwd = createTemporaryFolder();
      const result = await runCli(args.split(" "), { env: job.taskEnv, cwd });
      expect({ args, status: result.status, stderr: result.stderr }).toMatchObject({ args, status: 0 });
      expect({ args, gives: read(result, cwd) }).toMatchObject({ args, gives: expected });
    }
  });

  test("are kept by prune and delete, which delete the files in them", async () => {
    for (const args of ["prune --older-than 1s --kind TaskOutput --yes", "delete TaskOutput --yes"]) {
      const job = await jobWithMarkers(madeBy);
      const before = await blobsOf(job);
      const storedAt = Date.now();
      await expect.poll(() => Date.now() - storedAt).toBeGreaterThan(2_000);
      const { status, stderr } = await runCli(args.split(" "), { env: job.taskEnv });
      expect({ args, status, hasFailed: stderr.includes("failed") }).toEqual({
        args,
        status: 0,
        hasFailed: false,
      });
      const deleted = outputsOfTask.map((path) => `t1/$TaskOutput/${path}`);
      expect(await blobsOf(job)).toEqual(before.filter((name) => !deleted.includes(name)));
    }
  });

  test("are not found by their name", async () => {
    const job = await jobWithMarkers(madeBy);
    const before = await blobsOf(job);
    for (const args of [...named, ...selecting]) {
      const cwd = createTemporaryFolder();
      const { status, stdout } = await runCli(args.split(" "), { env: job.taskEnv, cwd });
      expect({ args, status, stdout, files: filesIn(cwd) }).toEqual({
        args,
        status: named.includes(args) ? 3 : 0,
        stdout: "",
        files: [],
      });
    }
    expect(await blobsOf(job)).toEqual(before);
  });

  test("are not outputs for the tools of an agent", async () => {
    const job = await jobWithMarkers(madeBy);
    const [command, ...args] = cliCommand;
    const client = new Client({ name: "test", version: "1" });
    await client.connect(
      new StdioClientTransport({ command, args: [...args, "mcp"], env: createEnvironment(job.env) }),
    );
    onTestFinished(() => client.close());
    const call = async (name: string, values: Record<string, unknown>): Promise<string> => {
      const { content } = await client.callTool({ name, arguments: values });
      return (content as { text: string }[])[0]?.text ?? "";
    };
    const listed = await call("list", { task: "t1" });
    for (const path of [...outputsOfTask, ...logsOfTask]) expect(listed).toContain(`"path":"${path}"`);
    expect(listed).not.toMatch(/"path":"(results|logs|empty-folder\/?)"/);
    expect(await call("tasks", {})).not.toContain('"t2"');
    expect(await call("read", { task: "t1", kind: "TaskOutput", path: "results" })).toContain(
      "OutputNotFound",
    );
  });
});
