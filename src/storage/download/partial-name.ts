import { createHash, hash, randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";

/**
 * The name of a file that is being fetched: `.<start of the name>.<target>.<version>.<owner>.partial`, beside the file that
 * it becomes. It says for which file it is, which version of which blob it holds, and which process writes it.
 */
export interface PartialName {
  readonly target: string;
  readonly version: string;
  readonly host: string;
  readonly pid: number;
}

const pattern = /\.([0-9a-f]{8})\.([0-9a-f]{24})\.([0-9a-f]{6})-(\d+)-([0-9a-f]+)\.partial$/;
/** Of what cannot be resumed. */
export const noVersion = "0".repeat(24);
const noTarget = "0".repeat(8);
const ownHost = createHash("md5").update(hostname()).digest("hex").slice(0, 6);

/** Counts up from where no earlier process of the same id did. */
let lastNumber = randomBytes(4).readUInt32BE();

/** A new name for what is to become the file; with the version of the blob, where the content can be resumed. */
export function createPartialName(path: string, version = noVersion): string {
  lastNumber += 1;
  const name = basename(path);
  // Short whatever the name is: a name may fill all the bytes that the file system allows.
  const owner = `${ownHost}-${process.pid}-${lastNumber.toString(16)}`;
  // A digest for each of thousands of small files would be noticeable.
  const target = version === noVersion ? noTarget : formatTarget(name);
  return join(dirname(path), `.${name.slice(0, 20)}.${target}.${version}.${owner}.partial`);
}

/** The part of the name that stands for a version of a blob. */
export function formatVersion(blobUrl: string, etag: string): string {
  return createHash("sha256").update(`${blobUrl}\n${etag}`).digest("hex").slice(0, noVersion.length);
}

/** The part of the name that stands for the file that it becomes. */
export function formatTarget(name: string): string {
  return hash("md5", name).slice(0, 8);
}

/** `undefined` for any other file. */
export function parsePartialName(name: string): PartialName | undefined {
  const [, target = "", version = "", host = "", pid = ""] = pattern.exec(name) ?? [];
  return target === "" ? undefined : { target, version, host, pid: Number(pid) };
}

/** Whether the process that wrote it has ended, as far as can be seen from this machine. */
export function isOwnerGone({ host, pid }: PartialName): boolean {
  if (host !== ownHost || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}
