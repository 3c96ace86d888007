import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { BatchServiceClient, BatchSharedKeyCredentials } from "@azure/batch";
import { onTestFinished } from "vitest";

import type { StartLocalBatchOptions } from "../../../src/local-batch/index.js";
import { waitUntilReady } from "../../support/child-readiness.js";
import { startFaultProxy } from "../../support/fault-proxy.js";
import { compiledProgram } from "./compiled-program.js";

const program = `
  import { startLocalBatch } from "./src/local-batch/index.ts";
  const batch = await startLocalBatch(JSON.parse(process.argv[2]));
  console.log("ready " + JSON.stringify({ endpoint: batch.endpoint, accountKey: batch.accountKey }) + ";");
  process.once("SIGTERM", () => void batch.close());
  process.on("SIGUSR2", () => {
    gc();
    console.log("heap " + process.memoryUsage().heapUsed + ";");
  });
`;

let compiled: Promise<string> | undefined;

/** A local Batch service in a process of its own, which can be killed and measured. Killed when its test ends. */
export interface LocalBatchProcess {
  readonly client: BatchServiceClient;
  readonly processId: number;
  /** Ends it as a crash does: it gets no chance to do anything. */
  kill(): Promise<void>;
  /** Ends it as its user does. */
  stop(): Promise<void>;
  /** The most memory that it ever held, in bytes. */
  peakRssBytes(): number;
  /** What its heap still holds after a garbage collection, in bytes. */
  retainedHeapBytes(): Promise<number>;
}

/** The same options, folder and account name on every start go on with what was there. */
export async function startLocalBatchProcess(
  options: StartLocalBatchOptions & { readonly accountName: string },
): Promise<LocalBatchProcess> {
  const script = await (compiled ??= compiledProgram(program));
  // Its memory is to be what it keeps, not how much Node.js 24 lets pile up among the young before it tidies up.
  const child = spawn(
    process.execPath,
    ["--max-semi-space-size=16", "--expose-gc", script, JSON.stringify(options)],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env["PATH"] },
    },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  const [, ready = ""] = await waitUntilReady(child, /ready (\{.*\});/, "The local Batch service");
  const { endpoint, accountKey } = JSON.parse(ready) as { endpoint: string; accountKey: string };
  // In this process, where the exchanges of the tests are checked.
  const proxy = await startFaultProxy(endpoint);
  onTestFinished(() => proxy.stop());
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  const processId = child.pid ?? 0;
  return {
    client: new BatchServiceClient(
      new BatchSharedKeyCredentials(options.accountName, accountKey),
      new URL(proxy.endpoint).origin,
    ),
    processId,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    peakRssBytes: () => {
      const status = readFileSync(`/proc/${processId}/status`, "latin1");
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    },
    retainedHeapBytes: async () => {
      const reported = waitUntilReady(child, /heap (\d+);/, "The local Batch service");
      child.kill("SIGUSR2");
      return Number((await reported)[1]);
    },
  };
}
