import type { Command } from "commander";
import type { JobOutputStorageItem } from "../../outputs/index.js";
import { formatTime } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { addExamples, addStoreFlags, createJsonFlag } from "../command-line/flags.js";
import { openAccount } from "../store/open-store.js";
import { Table } from "../terminal/table.js";
import { writeMessage } from "../terminal/terminal.js";

const about = `Lists the jobs that have an output container in the storage account. Sends no request to the Batch service.

The time is of the container: when it was prepared, or its metadata or access policies last changed. Saving outputs does
not change it; \`batch-outputs tasks\` shows when a task last saved.

With --json, each object has the members jobId (omitted if it is not recorded), containerName and lastModified (of the
container, too).`;

/** `batch-outputs jobs`: lists the jobs that have an output container. */
export function jobs(command: Command): void {
  command.description(about).addOption(createJsonFlag());
  addStoreFlags(command, "account");
  addExamples(command, [
    ["All jobs of the account", "batch-outputs jobs"],
    ["Only their IDs", "batch-outputs jobs --json | jq -r .jobId"],
  ]);
  command.action(async () => {
    const { json = false } = command.opts<{ json?: boolean }>();
    const rows = json
      ? new JsonLines()
      : new Table<JobOutputStorageItem>([
          { title: "JOB", value: ({ jobId }) => jobId ?? "(not recorded)", isShortenable: true },
          { title: "CONTAINER", value: ({ containerName }) => containerName, isShortenable: true },
          {
            title: "CONTAINER MODIFIED",
            value: ({ lastModified }) => formatTime(lastModified),
            omitOrder: 1,
          },
        ]);
    let count = 0;
    for await (const item of openAccount(command).listJobs({ abortSignal: interruptSignal() })) {
      count += 1;
      const { jobId, containerName, lastModified } = item;
      await (rows instanceof JsonLines
        ? rows.write({ jobId, containerName, lastModified })
        : rows.write(item));
    }
    await rows.flush();
    if (count === 0 && !json) writeMessage("No job has an output container in this account.");
  });
}
