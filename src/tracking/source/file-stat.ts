import type { BigIntStats } from "node:fs";
import { stat } from "node:fs/promises";
import { argumentRangeError } from "../../core/index.js";

/** A file as it was seen at one moment. */
export interface SeenFile {
  readonly path: string;
  readonly device: bigint;
  readonly inode: bigint;
  /** 0 where the file system does not know it. */
  readonly bornNs: bigint;
  readonly modifiedNs: bigint;
  readonly sizeBytes: number;
}

/** What is there now, or `undefined` for nothing. Throws for what is not a regular file. */
export async function seeFile(path: string): Promise<SeenFile | undefined> {
  try {
    return describeFile(path, await stat(path, { bigint: true }));
  } catch (error) {
    if (isFileMissing(error)) return undefined;
    throw error;
  }
}

export function describeFile(path: string, found: BigIntStats): SeenFile {
  if (!found.isFile()) {
    throw argumentRangeError("sourcePath", `is not a regular file, which alone can be tracked: ${path}`);
  }
  return {
    path,
    device: found.dev,
    inode: found.ino,
    bornNs: found.birthtimeNs,
    modifiedNs: found.mtimeNs,
    sizeBytes: Number(found.size),
  };
}

/** A text that no other file of this machine has at the same time, nor, where the file system tells births, ever had. */
export function identityOf(file: SeenFile): string {
  return `${file.device}-${file.inode}-${file.bornNs}`;
}

/** Whether both are one file. Sure as long as one of them is held open: its inode is then not given to another. */
export function isSameInode(one: SeenFile, other: SeenFile): boolean {
  return one.device === other.device && one.inode === other.inode;
}

/** When the file was last written to, or came here if that was later: a copy may bring an old time along. */
export function lastSign(file: SeenFile): bigint {
  return file.bornNs > file.modifiedNs ? file.bornNs : file.modifiedNs;
}

export function isFileMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
