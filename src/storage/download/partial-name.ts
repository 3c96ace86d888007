import { createHash, hash, randomBytes } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { hasCode } from "../../core/index.js";

/**
 * The name of a file while it is being downloaded: `.<start of the name>.<target>.<version>.<owner>.partial`, beside
 * the final file. It contains digests of the target's name and of the blob's version, and the process that writes the
 * file.
 */
export interface PartialName {
  readonly target: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
}

const pattern = /\.([0-9a-f]{8})\.([0-9a-f]{24})\.([0-9a-f]{6})-(\d+)-([0-9a-f]+)\.partial$/;
/** The version of downloads that cannot be resumed. */
export const noVersion = "0".repeat(24);
const noTarget = "0".repeat(8);
const ownHost = createHash("md5").update(`${hostname()}${readProcessNamespace()}`).digest("hex").slice(0, 6);

/** Starts at a random number, because an earlier process may have had the same process id. */
let lastNumber = randomBytes(4).readUInt32BE();

/** Creates a name for a file to download; with the version of the blob, if the download can be resumed. */
export function createPartialName(path: string, version = noVersion): string {
  lastNumber += 1;
  const name = basename(path);
  // Always short: the file's own name may have the maximum length that the file system allows.
  const owner = `${ownHost}-${process.pid}-${lastNumber.toString(16)}`;
  // Computing a digest for each of thousands of small files would take noticeable time.
  const target = version === noVersion ? noTarget : formatTarget(name);
  return join(dirname(path), `.${name.slice(0, 20)}.${target}.${version}.${owner}.partial`);
}

/** Formats the part of the name that identifies a version of a blob. */
export function formatVersion(blobUrl: string, etag: string): string {
  return createHash("sha256").update(`${blobUrl}\n${etag}`).digest("hex").slice(0, noVersion.length);
}

/** Formats the part of the name that identifies the target file. */
export function formatTarget(name: string): string {
  return hash("md5", name).slice(0, 8);
}

/** Returns `undefined` for any other file. */
export function parsePartialName(name: string): PartialName | undefined {
  const [, target = "", version = "", host = "", pid = ""] = pattern.exec(name) ?? [];
  return target === "" ? undefined : { target, version, host, pid: Number(pid) };
}

/**
 * Identifies the processes whose ids this one can see: in another container of the machine, which may have the same name, the same
 * id is another process. Empty if the system has no such thing, or does not show it.
 */
function readProcessNamespace(): string {
  try {
    return process.platform === "linux" ? readlinkSync("/proc/self/ns/pid") : "";
  } catch (error) {
    if (hasCode(error, "ENOENT", "EACCES", "EPERM")) return "";
    throw error;
  }
}

/** Whether the process that wrote the file is known to have ended. False for a process of another machine. */
export function isOwnerGone({ host, pid }: PartialName): boolean {
  if (host !== ownHost || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return hasCode(error, "ESRCH");
  }
}
