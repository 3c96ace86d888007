import type { Command } from "commander";
import { interruptSignal } from "../terminal/interrupts.js";
import { jsonLine } from "../terminal/json-lines.js";
import { addExamples, addJobFlags, dryRunFlag, jsonFlag } from "../command-line/flags.js";
import { openAccount, requireJob } from "../store/open-store.js";
import { print, say } from "../terminal/terminal.js";

const about = `Makes the container that keeps a job's outputs, private, if it is missing.

Run it before the job's tasks, where the storage account's key or an identity is at hand. It may be run again, and by
many at once.`;

/** `batch-outputs prepare`: makes a job's output container. */
export function prepare(command: Command): void {
  command.description(about).addOption(dryRunFlag()).addOption(jsonFlag());
  addJobFlags(command, "account");
  addExamples(command, [
    ["Before the job's tasks run", "batch-outputs prepare --job film-7"],
    ["On Azurite", "batch-outputs prepare --job film-7 --local"],
  ]);
  command.action(async () => {
    const job = requireJob(command);
    const account = openAccount(command);
    const { dryRun, json } = command.opts<{ dryRun?: boolean; json?: boolean }>();
    const { containerName } = account.getJobOutputStorage(job).containerClient;
    if (!dryRun) await account.prepareOutputStorage(job, { abortSignal: interruptSignal() });
    if (json) await print(`${jsonLine({ jobId: job, containerName })}\n`);
    else if (dryRun)
      say(`Would make container ${containerName} for the outputs of job ${job}, if it is missing.`);
    else say(`Job ${job} keeps its outputs in container ${containerName}.`);
  });
}
