import type { Command } from "commander";
import { text } from "node:stream/consumers";
import { redactUrl } from "../../core/index.js";
import { readOptionFile } from "../command-line/read-option-file.js";
import { explain } from "../errors/explain.js";
import { type BatchAccountFlags, openBatchAccountIfNamed } from "../store/open-batch-account.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { examineApiVersion, examineInstalledClient } from "./examine-api-version.js";
import { examineBatchProperties, unknownAutoStorage } from "./examine-auto-storage.js";
import type { Finding } from "./finding.js";

interface BatchPropertiesFlag {
  /** A file, or `-` for standard input. */
  readonly batchProperties?: string;
}

/** Checks the Batch account, if one is given, and the client of Batch that programs in this folder use. */
export async function* examineBatch(command: Command): AsyncGenerator<Finding> {
  const { batchProperties } = command.opts<BatchAccountFlags & BatchPropertiesFlag>();
  const isNamed = yield* examineAccount(command);
  if (batchProperties !== undefined) yield* await readProperties(batchProperties);
  else if (isNamed) yield unknownAutoStorage;
  const client = await examineInstalledClient(process.cwd());
  if (client !== undefined) yield client;
}

async function* examineAccount(command: Command): AsyncGenerator<Finding, boolean> {
  const check = "Batch account";
  try {
    const batch = openBatchAccountIfNamed(command);
    if (batch === undefined) return false;
    yield examineApiVersion(batch.apiVersion);
    const jobs = batch.listJobs({ select: "id", abortSignal: interruptSignal() });
    await jobs.byPage({ maxPageSize: 1 }).next();
    const message = `${redactUrl(batch.endpoint)} answers, and the credential can list its jobs`;
    yield { check, result: "ok", message };
  } catch (error) {
    if (interruptSignal().aborted) throw error;
    yield { check, result: "fail", message: explain(error), cause: error };
  }
  return true;
}

async function readProperties(path: string): Promise<Finding[]> {
  try {
    return examineBatchProperties(
      path === "-" ? await text(process.stdin) : await readOptionFile("--batch-properties", path),
    );
  } catch (error) {
    return [{ check: "auto-storage", result: "fail", message: explain(error), cause: error }];
  }
}
