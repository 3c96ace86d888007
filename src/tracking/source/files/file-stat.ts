/** A file as it was at one moment. */
export interface FileStat {
  readonly isFile: boolean;
  readonly device: bigint;
  readonly inode: bigint;
  /** 0 where the file system does not record it. */
  readonly bornNs: bigint;
  readonly modifiedNs: bigint;
  readonly sizeBytes: number;
  /** What the file takes on the disk; less than its size where it has holes. */
  readonly allocatedBytes: number;
}

/** A text that no other file of this machine has at the same time, nor, where births are recorded, ever had. */
export function fileIdentity({ device, inode, bornNs }: FileStat): string {
  return `${device}-${inode}-${bornNs}`;
}

/** Whether an identity is of one file only, also after that is gone. */
export function isBirthRecorded(identity: string): boolean {
  return !identity.endsWith("-0");
}

/** Whether both are one file. Certain only while one of them is held open: its inode is then not given to another. */
export function isSameInode(one: FileStat, other: FileStat): boolean {
  return one.device === other.device && one.inode === other.inode;
}

/** Whether both are one file, also when neither is held open, as far as births are recorded. */
export function isSameFile(one: FileStat, other: FileStat): boolean {
  return isSameInode(one, other) && one.bornNs === other.bornNs;
}
