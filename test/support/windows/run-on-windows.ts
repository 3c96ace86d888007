import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { createDisposableFolder } from "../create-disposable-folder.js";
import type { Wine } from "./wine.js";

export interface WindowsRun {
  /** The lower eight bits of the status that the program ended with: Linux has no more. */
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WindowsRunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** After it the program is killed. */
  readonly timeoutInMs: number;
}

/**
 * Runs a program of Windows to its end. It reads nothing and writes into files: Node.js for Windows cannot use the pipes of
 * Linux that Wine hands to it.
 */
export async function runOnWindows(
  wine: Wine,
  program: string,
  args: readonly string[],
  { cwd, env = {}, timeoutInMs }: WindowsRunOptions,
): Promise<WindowsRun> {
  using folder = createDisposableFolder();
  const [stdout, stderr] = [join(folder.path, "stdout"), join(folder.path, "stderr")];
  const outputs = [openSync(stdout, "w"), openSync(stderr, "w")] as const;
  const child = spawn("wine", [program, ...args], {
    cwd: cwd ?? folder.path,
    env: { ...wine.env, NODE_OPTIONS: wine.nodeOptions, ...env },
    stdio: ["ignore", ...outputs],
    timeout: timeoutInMs,
    killSignal: "SIGKILL",
  });
  for (const output of outputs) closeSync(output);
  const [status] = (await once(child, "close")) as [number | null];
  return { status, stdout: readFileSync(stdout, "utf8"), stderr: readFileSync(stderr, "utf8") };
}
