import { type FileStat, getFileIdentity } from "./file-stat.js";
import type { SourceFiles, SourceHandle } from "./source-files.js";

/** Content that was seen in a file under the tracked path. */
export interface SeenContent {
  readonly identity: string;
  /** The maximum size of the file. */
  readonly sizeBytes: number;
  /** Its first bytes, as far as they were read. */
  readonly head: Buffer;
  /** Whether the file was seen with fewer bytes after that. */
  readonly isRemoved: boolean;
}

/** The number of first bytes that are remembered. */
export const seenHeadBytes = 256;

const contentsToRemember = 64;

/**
 * A file system that records everything that is seen under the tracked path, whoever looks at it: in the end each of these contents
 * must be in a generation, or be reported as lost.
 */
export class SeenFiles implements SourceFiles {
  readonly #files: SourceFiles;
  readonly #path: string;
  #underPath: string | undefined;
  #seen: SeenContent[] = [];
  #isIncomplete = false;

  constructor(files: SourceFiles, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** Returns the contents that were seen since the last call, and whether there were more than can be remembered. */
  takeSeen(): { readonly contents: readonly SeenContent[]; readonly isIncomplete: boolean } {
    const isIncomplete = this.#isIncomplete;
    this.#isIncomplete = false;
    return { contents: this.#seen.splice(0), isIncomplete };
  }

  /** Adds contents again that could not be found yet. */
  putBack(contents: readonly SeenContent[], isIncomplete = false): void {
    this.#seen.unshift(...contents);
    this.#isIncomplete ||= this.#seen.splice(contentsToRemember).length > 0 || isIncomplete;
  }

  async stat(path: string): Promise<FileStat | undefined> {
    const stat = await this.#files.stat(path);
    if (path === this.#path) this.#noteUnderPath(stat);
    return stat;
  }

  async open(path: string): Promise<SourceHandle | undefined> {
    const handle = await this.#files.open(path);
    if (handle === undefined) return undefined;
    let identity: string | undefined;
    return {
      stat: async () => {
        const stat = await handle.stat();
        if (identity === undefined && path === this.#path) this.#noteUnderPath(stat);
        identity = getFileIdentity(stat);
        if (identity === this.#underPath) this.#note({ ...stat, identity });
        return stat;
      },
      read: async (buffer, start, count, position) => {
        const bytesRead = await handle.read(buffer, start, count, position);
        if (position === 0 && identity !== undefined && identity === this.#underPath)
          this.#noteHead(identity, buffer.subarray(start, start + Math.min(bytesRead, seenHeadBytes)));
        return bytesRead;
      },
      close: () => handle.close(),
    };
  }

  async list(folder: string, prefix: string): Promise<readonly string[]> {
    return await this.#files.list(folder, prefix);
  }

  nowNs(): bigint {
    return this.#files.nowNs();
  }

  #noteUnderPath(stat: FileStat | undefined): void {
    this.#underPath = stat?.isFile === true ? getFileIdentity(stat) : undefined;
    if (stat?.isFile === true) this.#note({ ...stat, identity: getFileIdentity(stat) });
  }

  #note({ identity, sizeBytes }: { readonly identity: string; readonly sizeBytes: number }): void {
    const known = this.#findLast(identity);
    if (known !== undefined && sizeBytes < known.sizeBytes) {
      this.#remove(known);
      this.#add({ ...known, isRemoved: true });
    } else {
      if (sizeBytes <= (known?.sizeBytes ?? 0)) return;
      // The file may have other content now than when its first bytes were read.
      if (known?.head.length === 0) this.#remove(known);
    }
    if (sizeBytes > 0) this.#add({ identity, sizeBytes, head: Buffer.alloc(0), isRemoved: false });
  }

  #noteHead(identity: string, head: Buffer): void {
    // NULs may be a hole.
    if (head.length === 0 || head[0] === 0) return;
    let content: SeenContent = {
      identity,
      sizeBytes: head.length,
      head: Buffer.from(head),
      isRemoved: false,
    };
    for (let known = this.#findLast(identity); known !== undefined; known = this.#findLast(identity)) {
      if (!beginsLike(known.head, head)) break;
      this.#remove(known);
      content = {
        identity,
        sizeBytes: Math.max(known.sizeBytes, content.sizeBytes),
        head: known.head.length > content.head.length ? known.head : content.head,
        isRemoved: false,
      };
    }
    this.#add(content);
  }

  #findLast(identity: string): SeenContent | undefined {
    return this.#seen.findLast((each) => each.identity === identity && !each.isRemoved);
  }

  #remove(content: SeenContent): void {
    this.#seen = this.#seen.filter((each) => each !== content);
  }

  #add(content: SeenContent): void {
    if (this.#seen.length < contentsToRemember) this.#seen.push(content);
    else this.#isIncomplete = true;
  }
}

/** Whether one of two beginnings is a prefix of the other. */
export function beginsLike(one: Buffer, other: Buffer): boolean {
  const count = Math.min(one.length, other.length);
  return one.subarray(0, count).equals(other.subarray(0, count));
}
