import type { Command } from "commander";
import { packageVersion } from "../../core/index.js";
import type { StoreFlags, TaskFlags } from "../command-line/flags.js";
import type { BatchAccountFlags } from "../store/open-batch-account.js";
import { examineKeys } from "./examine-keys.js";
import type { Finding } from "./finding.js";

/** Checks the program and its environment. */
export function* examineProgram(command: Command): Generator<Finding> {
  yield {
    check: "program",
    result: "ok",
    message: `batch-outputs ${packageVersion} on ${describeRuntime(process.versions)} (${process.platform} ${process.arch})`,
  };
  yield readBatchVariables(command);
  yield* examineKeys(command.opts<StoreFlags & BatchAccountFlags>());
}

/** Bun and Deno also give the version of Node.js that they are compatible with. */
export function describeRuntime(versions: Readonly<Record<string, string | undefined>>): string {
  if (versions["bun"] !== undefined) return `Bun ${versions["bun"]}`;
  if (versions["deno"] !== undefined) return `Deno ${versions["deno"]}`;
  return `Node.js ${versions["node"] ?? ""}`;
}

function readBatchVariables(command: Command): Finding {
  const check = "Batch variables";
  const { job, task } = command.opts<TaskFlags>();
  const names = ["AZ_BATCH_JOB_ID", "AZ_BATCH_TASK_ID", "AZ_BATCH_TASK_DIR", "AZ_BATCH_TASK_WORKING_DIR"];
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length === 0)
    return {
      check,
      result: "ok",
      message: `job ${job ?? ""}, task ${task === undefined || task === false ? "none" : task}`,
    };
  if (missing.length < names.length)
    return {
      check,
      result: "warn",
      message: `${missing.join(", ")} not set`,
      advice:
        "Outside a task, ignore this. In a task, Batch sets all of them: check that the environment is passed on.",
    };
  return {
    check,
    result: "ok",
    message: "none are set: this is not a Batch task; --job and --task select the outputs",
  };
}
