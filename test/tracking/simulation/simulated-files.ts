import { basename, dirname } from "node:path";
import type { FileStat } from "../../../src/tracking/source/files/file-stat.js";
import { SeenLines } from "./seen-lines.js";
import type { SourceFiles, SourceHandle } from "../../../src/tracking/source/files/source-files.js";

export interface Inode {
  readonly number: bigint;
  readonly bornNs: bigint;
  modifiedNs: bigint;
  data: Buffer;
  isReadable: boolean;
}

/** The system dates files with a clock that advances in steps. */
const clockStepNs = 4_000_000n;

/** A folder in memory: names, inodes, times and permissions, as far as tracking sees them. */
export class SimulatedFolder {
  readonly #names = new Map<string, Inode>();
  readonly recordsBirths: boolean;
  readonly #freeNumbers: bigint[] = [];
  /** How often each file is held open, by its number. */
  readonly #held = new Map<bigint, number>();
  #lastNumber = 10n;
  /** Not a whole second: that would be the time of a file system that records only these. */
  #nowNs = 1_000_000_000_004_000_000n;

  constructor(recordsBirths: boolean) {
    this.recordsBirths = recordsBirths;
  }

  get nowNs(): bigint {
    return this.#nowNs;
  }

  get names(): string[] {
    return [...this.#names.keys()];
  }

  /** Names, inode numbers and sizes, for a trace. */
  describe(): string {
    const files = Array.from(
      this.#names,
      ([name, { number, data }]) => `${name} (${number}: ${data.length} bytes)`,
    );
    return files.join(", ");
  }

  pass(ms: number): void {
    this.#nowNs += BigInt(Math.round(ms * 1_000)) * 1_000n;
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }

  content(name: string): Buffer {
    return this.#inode(name).data;
  }

  /** Writes at the end, or at a position; makes the file when it is not there. */
  write(name: string, data: Buffer, position?: number): void {
    this.writeTo(this.#names.get(name) ?? this.#create(name), data, position);
  }

  /** As through a descriptor: whatever name the file has by now, or none. */
  writeTo(inode: Inode, data: Buffer, position?: number): void {
    const at = position ?? inode.data.length;
    const hole = Buffer.alloc(Math.max(0, at - inode.data.length));
    inode.data = Buffer.concat([inode.data.subarray(0, at), hole, data]);
    inode.modifiedNs = this.#tick();
  }

  rename(from: string, to: string): void {
    const inode = this.#inode(from);
    this.#names.delete(from);
    this.remove(to);
    this.#names.set(to, inode);
  }

  copy(from: string, to: string): void {
    const { data } = this.#inode(from);
    const inode = this.#names.get(to) ?? this.#create(to);
    inode.data = data;
    inode.modifiedNs = this.#tick();
  }

  truncate(name: string, sizeBytes = 0): void {
    const inode = this.#inode(name);
    inode.data = inode.data.subarray(0, sizeBytes);
    inode.modifiedNs = this.#tick();
  }

  remove(name: string): void {
    const inode = this.#names.get(name);
    if (inode === undefined) return;
    this.#names.delete(name);
    this.#freeNumbers.push(inode.number);
  }

  setReadable(name: string, isReadable: boolean): void {
    const inode = this.#names.get(name);
    if (inode !== undefined) inode.isReadable = isReadable;
  }

  /** Keeps the number of a file from being given to another one. */
  hold({ number }: Inode): void {
    this.#held.set(number, (this.#held.get(number) ?? 0) + 1);
  }

  release({ number }: Inode): void {
    const left = (this.#held.get(number) ?? 1) - 1;
    if (left === 0) this.#held.delete(number);
    else this.#held.set(number, left);
  }

  inodeOf(name: string): Inode | undefined {
    return this.#names.get(name);
  }

  stat(inode: Inode): FileStat {
    return {
      isFile: true,
      device: 1n,
      inode: inode.number,
      bornNs: inode.bornNs,
      modifiedNs: inode.modifiedNs,
      sizeBytes: inode.data.length,
      allocatedBytes: countAllocated(inode.data),
    };
  }

  #create(name: string): Inode {
    // A file that is made takes the number of one that was deleted, unless that is still held open.
    const number = this.#freeNumbers.find((free) => !this.#held.has(free)) ?? (this.#lastNumber += 1n);
    const at = this.#freeNumbers.indexOf(number);
    if (at >= 0) this.#freeNumbers.splice(at, 1);
    const now = this.#tick();
    const bornNs = this.recordsBirths ? now : 0n;
    const inode: Inode = { number, bornNs, modifiedNs: now, data: Buffer.alloc(0), isReadable: true };
    this.#names.set(name, inode);
    return inode;
  }

  /** The number of files that somebody holds open. */
  get heldFiles(): number {
    return this.#held.size;
  }

  #inode(name: string): Inode {
    const inode = this.#names.get(name);
    if (inode === undefined) throw new Error(`no ${name}`);
    return inode;
  }

  #tick(): bigint {
    return (this.#nowNs / clockStepNs) * clockStepNs;
  }
}

const blockBytes = 4096;
const emptyBlock = Buffer.alloc(blockBytes);

/** The space on a disk by content: content is never changed in place, and files are examined all the time. */
const allocatedBytes = new WeakMap<Buffer, number>();

/** What content takes on a disk: nobody writes NULs here, so that a block of them is a hole. */
function countAllocated(data: Buffer): number {
  const known = allocatedBytes.get(data);
  if (known !== undefined) return known;
  const blocks = Math.ceil(data.length / blockBytes);
  // Only the beginning of a file is ever left out.
  let holes = 0;
  while (data.subarray(holes * blockBytes, (holes + 1) * blockBytes).equals(emptyBlock)) holes += 1;
  const bytes = (blocks - holes) * blockBytes;
  allocatedBytes.set(data, bytes);
  return bytes;
}

/**
 * How a tracker sees the folder. `pause` is called before every operation, with its name: others may do something then.
 * `seen` is given everything that is read.
 */
export class SimulatedFiles implements SourceFiles {
  readonly #folder: SimulatedFolder;
  readonly #pause: (operation: string) => Promise<void>;
  readonly #seen: SeenLines;

  constructor(folder: SimulatedFolder, pause: (operation: string) => Promise<void>, seen = new SeenLines()) {
    this.#folder = folder;
    this.#pause = pause;
    this.#seen = seen;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    await this.#pause(`stat ${basename(path)}`);
    const inode = this.#folder.inodeOf(basename(path));
    return inode && this.#folder.stat(inode);
  }

  async open(path: string): Promise<SourceHandle | undefined> {
    await this.#pause(`open ${basename(path)}`);
    const inode = this.#folder.inodeOf(basename(path));
    if (inode === undefined) return undefined;
    if (!inode.isReadable) throw Object.assign(new Error(`EACCES: ${path}`), { code: "EACCES" });
    this.#folder.hold(inode);
    return {
      stat: async () => {
        await this.#pause(`stat file ${inode.number}`);
        return this.#folder.stat(inode);
      },
      read: async (buffer, start, count, position) => {
        await this.#pause(`read file ${inode.number} from ${position} on`);
        const data = inode.data.subarray(position, position + count);
        this.#seen.add(data);
        return data.copy(buffer, start);
      },
      close: async () => {
        await this.#pause(`close file ${inode.number}`);
        this.#folder.release(inode);
      },
    };
  }

  async list(folder: string, prefix: string): Promise<readonly string[]> {
    await this.#pause("list");
    return dirname(folder) === "" ? [] : this.#folder.names.filter((name) => name.startsWith(prefix));
  }

  nowNs(): bigint {
    return this.#folder.nowNs;
  }
}
