import { type Command, Help } from "commander";
import {
  addExamples,
  addTaskFlags,
  createFlag,
  createJsonFlag,
  createSpoolDirectoryFlag,
} from "../command-line/flags.js";
import { examineBatch } from "../doctor/examine-batch.js";
import { examineFolders } from "../doctor/examine-folders.js";
import { examineProgram } from "../doctor/examine-program.js";
import { examineStore } from "../doctor/examine-store.js";
import type { Finding } from "../doctor/finding.js";
import { exitStatusFor } from "../errors/exit-status-for.js";
import { ExitStatus } from "../errors/exit-status.js";
import { addBatchAccountFlags } from "../store/open-batch-account.js";
import { JsonLines } from "../terminal/json-lines.js";
import { makePrintable } from "../terminal/printable.js";
import { applyStyle, getTerminalWidth } from "../terminal/terminal.js";

const about = `Checks the requirements for saving and downloading: the runtime, the variables that Batch sets, the folders that commands write
to, the store, name resolution, the clock, the SAS, the credential and the output container of the job. For each problem it
shows a solution. It writes nothing to the store.

It warns of settings that contain the key of an account if Microsoft Entra ID can be used instead. If AZURE_BATCH_ENDPOINT is set,
the Batch account is checked too. It reports versions of the Batch API that Azure retires, also if an installed @azure/batch
uses one. How a Batch account authenticates to its auto-storage account is only visible in the management plane:
--batch-properties checks the output of \`az batch account show\`.

With --json, each object has the members check, result (ok, warn or fail), message and advice.`;

/** `batch-outputs doctor`: diagnoses problems. */
export function doctor(command: Command): void {
  command.description(about).addOption(createJsonFlag());
  addBatchAccountFlags(command).addOption(
    createFlag(
      "--batch-properties <file>",
      "check the auto-storage of a Batch account: a file with the output of `az batch account show`; - for standard input",
    ),
  );
  command.addOption(createSpoolDirectoryFlag());
  addTaskFlags(command);
  addExamples(command, [
    ["At the start of a task's command line", "batch-outputs doctor; python3 train.py"],
    ["From your machine", "batch-outputs doctor --job film-7"],
    [
      "The auto-storage of a Batch account",
      "az batch account show -n filmbatch -g film | batch-outputs doctor --job film-7 --batch-properties -",
    ],
  ]);
  command.action(async () => {
    const { json = false } = command.opts<{ json?: boolean }>();
    const lines = new JsonLines();
    let status: number = ExitStatus.done;
    for await (const finding of examine(command)) {
      const { cause, ...shown } = finding;
      // The exit status is that of the first failure with a specific status.
      if (finding.result === "fail" && (status === ExitStatus.done || status === ExitStatus.failed))
        status = cause === undefined ? ExitStatus.failed : exitStatusFor(cause);
      if (json) await lines.write(shown);
      else await lines.text(formatFinding(finding));
      // The next check may take a while.
      await lines.flush();
    }
    process.exitCode = status;
  });
}

const colors = { ok: "green", warn: "yellow", fail: "red", skip: "dim" } as const;

function formatFinding({ check, result, message, advice }: Finding): string {
  const mark = applyStyle(process.stdout, colors[result], result.padEnd(4));
  const lines = [
    `${check}: ${makePrintable(message)}`,
    ...(advice === undefined ? [] : [makePrintable(advice)]),
  ];
  const width = getTerminalWidth(process.stdout);
  // On a terminal, wrapped lines are indented under their check.
  const shown =
    width === undefined ? lines.join("\n") : new Help().boxWrap(lines.join("\n"), width - indent.length);
  return `${mark}  ${shown.replaceAll("\n", `\n${indent}`)}`;
}

const indent = " ".repeat(6);

async function* examine(command: Command): AsyncGenerator<Finding> {
  yield* examineProgram(command);
  yield* examineFolders(command.opts<{ spoolDirectory?: string }>().spoolDirectory, process.cwd());
  yield* examineStore(command);
  yield* examineBatch(command);
}
