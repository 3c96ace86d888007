import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const client = fileURLToPath(new URL("../../examples/build/persist-outputs/client.js", import.meta.url));

/** Everything that a run of the example printed, and how it ended. */
export interface FinishedRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartedRun {
  readonly process: ChildProcess;
  /** Fulfilled when the client has printed this to its standard error; rejects when it ends without. */
  untilStderr(text: string): Promise<void>;
  readonly finished: Promise<FinishedRun>;
}

/** Starts the built example as `npm start` does, away from any storage account of the machine that the test runs on. */
export function startPersistOutputs(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): StartedRun {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("AZURE_")),
  );
  const child = spawn(process.execPath, [client, ...args], { env: { ...inherited, ...environment } });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const finished = once(child, "close").then(([status]) => ({
    status: status as number | null,
    stdout,
    stderr,
  }));
  return {
    process: child,
    finished,
    untilStderr: async (text) => {
      while (!stderr.includes(text)) {
        const ended = await Promise.race([finished, once(child.stderr, "data")]);
        if ("status" in ended && !stderr.includes(text))
          throw new Error(`It ended without "${text}":\n${stderr}`);
      }
    },
  };
}
