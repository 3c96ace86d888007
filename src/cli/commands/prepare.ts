import type { Command } from "commander";
import { interruptSignal } from "../terminal/interrupts.js";
import { formatJson } from "../terminal/json-lines.js";
import { addExamples, addJobFlags, createDryRunFlag, createJsonFlag } from "../command-line/flags.js";
import { openAccount, requireJob } from "../store/open-store.js";
import { print, writeMessage } from "../terminal/terminal.js";

const about = `Creates the private container for the outputs of a job, if it does not exist.

Run it before the tasks of the job, with the key of the storage account or an identity. It can be run again, and
concurrently.`;

/** `batch-outputs prepare`: creates the output container of a job. */
export function prepare(command: Command): void {
  command.description(about).addOption(createDryRunFlag()).addOption(createJsonFlag());
  addJobFlags(command, "account");
  addExamples(command, [
    ["Before the job's tasks run", "batch-outputs prepare --job film-7"],
    ["On Azurite", "batch-outputs prepare --job film-7 --local"],
  ]);
  command.action(async () => {
    const job = requireJob(command);
    const account = openAccount(command);
    const { dryRun, json } = command.opts<{ dryRun?: boolean; json?: boolean }>();
    const containerName = account.getJobOutputStorage(job).storeContainer.name;
    if (!dryRun) await account.prepareOutputStorage(job, { abortSignal: interruptSignal() });
    if (json) await print(`${formatJson({ jobId: job, containerName })}\n`);
    else if (dryRun)
      writeMessage(
        `Would create container ${containerName} for the outputs of job ${job}, if it does not exist.`,
      );
    else writeMessage(`The outputs of job ${job} are in container ${containerName}.`);
  });
}
