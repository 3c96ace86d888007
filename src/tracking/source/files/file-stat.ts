/** The state of a file at one moment. */
export interface FileStat {
  readonly isFile: boolean;
  readonly device: bigint;
  readonly inode: bigint;
  /** 0 if the file system does not record it. */
  readonly bornNs: bigint;
  readonly modifiedNs: bigint;
  readonly sizeBytes: number;
  /** The allocated size on the disk; smaller than its size if it has holes. */
  readonly allocatedBytes: number;
}

/** Returns the identity of a file on this machine. If birth times are recorded, it is never reused for another file. */
export function getFileIdentity({ device, inode, bornNs }: FileStat): string {
  return `${device}-${inode}-${bornNs}`;
}

/** Whether an identity is never reused, even after the file is deleted. */
export function isBirthRecorded(identity: string): boolean {
  return !identity.endsWith("-0");
}

/** Whether both are the same file. Certain only while one of them is held open: its inode is then not reused. */
export function isSameInode(one: FileStat, other: FileStat): boolean {
  return one.device === other.device && one.inode === other.inode;
}

/** Whether both are the same file, even if neither is held open, as far as birth times are recorded. */
export function isSameFile(one: FileStat, other: FileStat): boolean {
  return isSameInode(one, other) && one.bornNs === other.bornNs;
}

const secondNs = 1_000_000_000n;

/**
 * The time after a file's time within which it may change again without getting another one. Linux advances the clock of file times up to
 * every 10 ms. File systems that record whole seconds, such as FAT (every second one) and some network file systems, are recognized by
 * that.
 */
export function getClockStepNs(timeNs: bigint): bigint {
  return timeNs % secondNs === 0n ? 2n * secondNs + 100_000_000n : 100_000_000n;
}
