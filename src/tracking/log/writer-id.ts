import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";

/**
 * Who writes a log: a random id, and on Linux also the process, so that a second writer on the same machine can tell one
 * that lives from one that was killed. Elsewhere the id alone has to do: see {@link isAlive}.
 */
export function newWriterId(): string {
  return [randomUUID(), ...thisProcess()].join(":");
}

/**
 * Whether the writer is for certain a process that runs on this machine now. False means that nobody knows: it ended, or
 * it is on another machine. Then the newer writer takes over, and the older one, should it live, is told with its next
 * append, because every append is bound to the version of the blob that its writer knows.
 */
export function isAlive(writerId: string): boolean {
  const [, boot, namespace, processId = "", startedAt] = writerId.split(":");
  const [ourBoot, ourNamespace, ourProcessId] = thisProcess();
  if (boot === undefined || boot !== ourBoot || namespace !== ourNamespace) return false;
  // A writer of this very process that is not in the register of open logs is closed or was given up.
  if (processId === ourProcessId) return false;
  return readProcessStart(processId) === startedAt;
}

/** Whether the writer was a process of this machine and container, since its last boot. Where nobody knows: no. */
export function isOnThisMachine(writerId: string): boolean {
  const [, boot, namespace] = writerId.split(":");
  const [ourBoot, ourNamespace] = thisProcess();
  return boot !== undefined && boot === ourBoot && namespace === ourNamespace;
}

let known: readonly string[] | undefined;

/** The boot, the process namespace (a container has its own), the process, and when it started: no two are the same. */
function thisProcess(): readonly string[] {
  known ??= describeProcess();
  return known;
}

function describeProcess(): readonly string[] {
  if (process.platform !== "linux") return [];
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "ascii").trim();
    const namespace = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
    const startedAt = readProcessStart(String(process.pid));
    return startedAt === undefined ? [] : [boot, namespace, String(process.pid), startedAt];
  } catch {
    // No /proc to be read, as in some sandboxes: then the id says only that it is not ours.
    return [];
  }
}

/** In clock ticks since the boot; `undefined` when there is no such process, or it has ended and was not waited for. */
function readProcessStart(processId: string): string | undefined {
  if (!/^\d+$/.test(processId)) return undefined;
  try {
    const text = readFileSync(`/proc/${processId}/stat`, "latin1");
    // The second field is the program's name in brackets and may hold anything; the 3rd is the state, the 22nd the start.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
