import { type Command, InvalidArgumentError } from "commander";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { jobOutputContainerName } from "../../conventions/index.js";
import { createViewer } from "../../viewer/server/index.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { formatJson } from "../terminal/json-lines.js";
import { addBatchAccountFlags, openBatchAccount } from "../store/open-batch-account.js";
import { addExamples, addJobFlags, createFlag } from "../command-line/flags.js";
import { openStore } from "../store/open-store.js";
import { print, writeMessage } from "../terminal/terminal.js";
import { openBrowser } from "../view/open-browser.js";
import { openPageFolder } from "../view/page-folder.js";
import { serveViewer } from "../view/serve-viewer.js";

const about = `Shows saved outputs and logs in the browser until Ctrl-C: all jobs of the storage account, or one job.

It listens on 127.0.0.1 only. The address that it prints contains a token that is valid for one browser, once. No content
leaves this machine, and nothing can be changed unless --allow-delete is given.

With a Batch account, tasks are shown with their states, exit codes and the files on their nodes.`;

interface ViewFlags {
  readonly job?: string;
  readonly port: number;
  readonly open: boolean;
  readonly allowDelete?: boolean;
  readonly batchEndpoint?: string;
  readonly json?: boolean;
}

/** `batch-outputs view`: shows saved outputs and logs in the browser. */
export function view(command: Command): void {
  command
    .description(about)
    .addOption(createFlag("--port <n>", "port to listen on").argParser(parsePort).default(0, "a free one"))
    .addOption(
      createFlag("--no-open", "only print the address; the default when standard output is not a terminal"),
    )
    .addOption(createFlag("--allow-delete", "allow the page to delete outputs"))
    .addOption(createFlag("--json", "print the address as a JSON object, and do not open a browser"));
  addBatchAccountFlags(command);
  addJobFlags(command);
  addExamples(command, [
    ["All jobs of the account", "batch-outputs view"],
    ["One job, on Azurite", "batch-outputs view --local --job film-7"],
    [
      "On a remote machine, to open the address through an SSH tunnel",
      "batch-outputs view --port 8300 --no-open",
    ],
  ]);
  command.action(async () => {
    const { job, port, open, allowDelete, batchEndpoint, json = false } = command.opts<ViewFlags>();
    const token = randomBytes(24).toString("base64url");
    const batch = batchEndpoint === undefined ? undefined : openBatchAccount(command);
    const store = openStore(command);
    await using page = await openPageFolder();
    const viewer = createViewer({
      ...store,
      batch,
      allowDelete,
      session: { token },
      pageFolder: page.path,
    });
    const abortSignal = interruptSignal();
    await using served = await serveViewer(viewer, port);
    const place = job === undefined ? "" : `jobs/${jobOutputContainerName(job)}`;
    const url = `${served.origin}/${place}?token=${token}`;
    await print(`${json ? formatJson({ url }) : url}\n`);
    await using _shown = open && !json && process.stdout.isTTY ? await openBrowser(url) : undefined;
    if (!json) writeMessage("Ctrl-C stops the viewer.");
    if (!abortSignal.aborted) await once(abortSignal, "abort");
  });
}

function parsePort(value: string): number {
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return Number(value);
  throw new InvalidArgumentError("It must be a port number from 0 to 65535. 0 selects a free port.");
}
