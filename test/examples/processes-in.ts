import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

interface RunningProcess {
  readonly id: number;
  /** The command line and the environment. */
  readonly text: string;
}

/** Processes whose command line or environment names this folder, as those of Azurite and of tasks name their job's. */
export function processesIn(folder: string): RunningProcess[] {
  const all = existsSync("/proc/self/environ") ? fromProc() : fromPs();
  return all.filter(({ text }) => text.includes(folder));
}

/** Slim images of Linux have no ps. */
function fromProc(): RunningProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => ({
      id: Number(name),
      text: readIfThere(`/proc/${name}/cmdline`) + readIfThere(`/proc/${name}/environ`),
    }));
}

function fromPs(): RunningProcess[] {
  const lines = execFileSync("ps", ["axeww", "-o", "pid=,args="], { encoding: "utf8" }).split("\n");
  return lines.map((line) => ({ id: Number.parseInt(line, 10), text: line }));
}

/** A process may end while we look, and others' environments are not ours to read: neither is one that we started. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
