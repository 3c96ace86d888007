import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { createEnvironment } from "../../support/cli.js";

/** What a command of the Azure CLI did. */
export interface AzResult {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** The Azure CLI in one process for many commands: it takes seconds to start. */
export interface AzProcess extends AsyncDisposable {
  run(args: readonly string[]): Promise<AzResult>;
}

/** The environment in which the Azure CLI uses a Batch service, and keeps its own files in the folder. */
export function createAzEnvironment(
  service: { readonly endpoint: string; readonly accountName: string; readonly accountKey: string },
  folder: string,
): Readonly<Record<string, string>> {
  return {
    HOME: folder,
    AZURE_CONFIG_DIR: folder,
    AZURE_CORE_COLLECT_TELEMETRY: "false",
    AZURE_BATCH_ENDPOINT: service.endpoint,
    AZURE_BATCH_ACCOUNT: service.accountName,
    AZURE_BATCH_ACCESS_KEY: service.accountKey,
  };
}

/** Starts the Azure CLI of Debian; it gets nothing of the test's environment but PATH. */
export function startAz(env: Readonly<Record<string, string>>): AzProcess {
  const child = spawn("/usr/bin/python3", [join(import.meta.dirname, "run_az_commands.py")], {
    env: createEnvironment(env),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "exit");
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async run(args) {
      child.stdin.write(`${JSON.stringify(args)}\n`);
      const answer = await answers.next();
      if (answer.done === true) throw new Error(`The Azure CLI has ended: ${errors}`);
      return JSON.parse(answer.value) as AzResult;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await ended;
    },
  };
}
