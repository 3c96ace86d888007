import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { parseProcessStart } from "../../core/index.js";

/**
 * Creates the id of a log's writer. It is random, and on Linux it also identifies the process, so that another writer
 * on the same machine can find out whether the process is alive; see {@link isAlive}.
 */
export function createWriterId(): string {
  return [randomUUID(), ...identifyThisProcess()].join(":");
}

/**
 * Whether the writer is certainly a process that runs on this machine now. False if it has ended, or may run on another
 * machine. Then the newer writer takes over. If the older one is alive, its next append fails, because every append is
 * conditional on the last version of the blob that its writer knows.
 */
export function isAlive(writerId: string): boolean {
  const [, boot, namespace, processId = "", startedAt] = writerId.split(":");
  const [ourBoot, ourNamespace, ourProcessId] = identifyThisProcess();
  if (boot === undefined || boot !== ourBoot || namespace !== ourNamespace) return false;
  // A writer of this process that is not in the register of open logs has been closed or abandoned.
  if (processId === ourProcessId) return false;
  return readProcessStart(processId) === startedAt;
}

/** Whether the writer was a process of this machine and container since its last boot. False if that is not known. */
export function isOnThisMachine(writerId: string): boolean {
  const [, boot, namespace] = writerId.split(":");
  const [ourBoot, ourNamespace] = identifyThisProcess();
  return boot !== undefined && boot === ourBoot && namespace === ourNamespace;
}

let known: readonly string[] | undefined;

/**
 * Identifies this process by the boot, the process namespace (containers have their own), the process id, and the start
 * time.
 */
function identifyThisProcess(): readonly string[] {
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
    // /proc cannot be read in some sandboxes. Then the id only distinguishes writers.
    return [];
  }
}

/**
 * Reads the start time of a process in clock ticks since the boot. `undefined` if there is no such process, or it is a
 * zombie.
 */
function readProcessStart(processId: string): string | undefined {
  if (!/^\d+$/.test(processId)) return undefined;
  try {
    return parseProcessStart(readFileSync(`/proc/${processId}/stat`, "latin1"));
  } catch {
    return undefined;
  }
}
