import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

import { useSharedAzurite } from "./use-shared-azurite.js";
import { storedNames } from "./stored-files.js";
import { createTemporaryFolder } from "./create-temporary-folder.js";
import { createJobId } from "./create-job-id.js";
import { windowsNodeOptions } from "./windows/node-options.js";

/** The program as it is shipped: `npm run build` makes it. */
export const cliPath = join(import.meta.dirname, "../../dist/cli/batch-outputs.js");

const binary = process.env["BATCH_OUTPUTS_BINARY"];

/**
 * What to start: the program as npm ships it or, where BATCH_OUTPUTS_BINARY names one, the executable that
 * `npm run build:binary` makes.
 */
export const cliCommand: readonly [string, ...string[]] =
  binary === undefined ? [process.execPath, cliPath] : [resolve(binary)];

type Variables = Readonly<Record<string, string | undefined>>;

export interface CliOptions {
  readonly env?: Variables;
  readonly cwd?: string;
  /** What the program reads; nothing by default. */
  readonly stdin?: string | Uint8Array;
  /** In place of pipes, for what standard output is. */
  readonly stdout?: number;
  /** The user and group to run as; only root can choose. */
  readonly userId?: number;
}

export interface CliResult {
  readonly stdout: string;
  /** Without the lines that report that a service has not answered yet. */
  readonly stderr: string;
  readonly status: number | null;
  /** The objects of standard output, a line each. */
  readonly objects: readonly Record<string, unknown>[];
}

/** Runs the program to its end. It gets nothing of the test's environment but PATH. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = startCli(args, options);
  child.process.stdin?.end(options.stdin ?? "");
  return await child.ended;
}

export interface StartedCli {
  readonly process: ChildProcess;
  readonly ended: Promise<CliResult>;
}

/** Starts the program; it is killed when the test ends before it does. */
export function startCli(args: readonly string[], options: CliOptions = {}): StartedCli {
  const stdio: StdioOptions = ["pipe", options.stdout ?? "pipe", "pipe"];
  const [program, ...first] = cliCommand;
  const child = spawn(program, [...first, ...args], {
    cwd: options.cwd ?? createTemporaryFolder(),
    env: createEnvironment(options.env ?? {}),
    stdio,
    ...(options.userId === undefined ? {} : { uid: options.userId, gid: options.userId }),
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  // A program that ends without reading what it is given is no failure of the test.
  child.stdin?.on("error", () => undefined);
  return { process: child, ended: readResult(child) };
}

/** Where V8 reports what is executed, with `npm run coverage`. */
const coverage = { NODE_V8_COVERAGE: process.env["NODE_V8_COVERAGE"] };

/** The variables that a child gets: PATH, and these. */
export function createEnvironment(variables: Variables): Record<string, string> {
  const all = { PATH: process.env["PATH"], ...coverage, ...windowsNodeOptions, ...variables };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/**
 * Printed wherever a request or the last outputs take more than two seconds, as on a busy machine: test/cli/silent-store.test.ts and
 * test/cli/terminal-screens.test.ts.
 */
const delays =
  /^(?:No answer from \S+ (?:yet|for .*), trying again|The command has ended \(\d+\)\. Storing its remaining outputs)\.\n/gm;

async function readResult(child: ChildProcess): Promise<CliResult> {
  const read = async (stream: Readable | null): Promise<string> => (stream ? await text(stream) : "");
  const [stdout, stderr, [status]] = await Promise.all([
    read(child.stdout),
    read(child.stderr),
    once(child, "close") as Promise<[number | null]>,
  ]);
  return {
    stdout,
    stderr: stderr.replaceAll(delays, ""),
    status,
    get objects() {
      return stdout
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    },
  };
}

export interface CliJob {
  readonly jobId: string;
  readonly containerName: string;
  /** For `runCli`: the account's connection string and the job, as within a Batch task without a task. */
  readonly env: Record<string, string>;
  /** The same within task `t1`. */
  readonly taskEnv: Record<string, string>;
}

/** A job of its own in the shared Azurite, with its container by default. A given id must be unique. */
export async function setUpCliJob({ isPrepared = true, jobId = createJobId("cli") } = {}): Promise<CliJob> {
  const azurite = useSharedAzurite();
  const containerName = `job-${jobId}`;
  if (isPrepared) await azurite.serviceClient().getContainerClient(containerName).create();
  const env = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString, AZ_BATCH_JOB_ID: jobId };
  return { jobId, containerName, env, taskEnv: { ...env, AZ_BATCH_TASK_ID: "t1" } };
}

/** Puts a blob of the job, with the plain SDK. */
export async function putBlob(
  job: CliJob,
  name: string,
  content: string | Uint8Array = "x",
  blobContentType = "application/octet-stream",
  blobContentEncoding?: string,
): Promise<void> {
  const client = useSharedAzurite()
    .serviceClient()
    .getContainerClient(job.containerName)
    .getBlockBlobClient(name);
  await client.uploadData(Buffer.from(content), {
    blobHTTPHeaders: { blobContentType, ...(blobContentEncoding !== undefined && { blobContentEncoding }) },
  });
}

/** The names of the job's blobs, as the plain SDK lists them. */
export async function listBlobNames(job: CliJob): Promise<string[]> {
  return await storedNames(useSharedAzurite().serviceClient().getContainerClient(job.containerName));
}
