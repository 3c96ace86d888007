import type { Inode, SimulatedFolder } from "./simulated-files.js";

export const rotations = [
  "none",
  "rename",
  "rename-keep-one",
  "rename-date",
  "rename-growing",
  "copy-then-rename",
  "copytruncate",
  "delete",
  "truncate",
  "replace",
] as const;

/** Manners that no seed chooses, only a world: the histories of known seeds stay what they are. */
export const rareRotations = ["copytruncate-keep-one", "cut"] as const;

export type Rotation = (typeof rotations)[number] | (typeof rareRotations)[number];

export type Reopening = "at once" | "late" | "never";

export interface WriterPlan {
  readonly rotations: readonly Rotation[];
  /** Whether each generation begins with the same line. */
  readonly hasBanner: boolean;
  /** Whether that line is sometimes written alone, and the others later. */
  readonly hasBannerAlone: boolean;
  /** Whether the program goes on at its own position after its file was emptied. */
  readonly keepsPosition: boolean;
  /** Whether its holes are as large as blocks of a disk. */
  readonly hasLongLines: boolean;
  /** When it opens its new file after its own was renamed, replaced or deleted. Until then it goes on with its own. */
  readonly reopens: Reopening;
  readonly below: (limit: number) => number;
  readonly trace: (event: string) => void;
}

/** What was written to the log, in order. */
interface WrittenGeneration {
  content: Buffer;
  late: Buffer;
}

/** A line that was written late. */
export interface LateLine {
  readonly line: string;
  readonly generation: WrittenGeneration;
  /** The number of gaps that were reported before it was written. */
  readonly gaps: number;
}

const name = "app.log";
const maxFiles = 200;
const banner = Buffer.from("=== the program 1.0 ===\n");

/** A program that writes a log, and what rotates it. It knows everything that was ever written. */
export class SimulatedWriter {
  readonly generations: WrittenGeneration[] = [{ content: Buffer.alloc(0), late: Buffer.alloc(0) }];
  readonly #folder: SimulatedFolder;
  readonly #plan: WriterPlan;
  #lines = 0;
  #rotations = 0;
  #position = 0;
  #isNew = true;
  readonly #late: LateLine[] = [];
  /** Where a file that was renamed last is. */
  #last: { readonly path: string; readonly generation: WrittenGeneration } | undefined;
  /** The file that it goes on with, while another one, or none, has its name. */
  #own: { readonly inode: Inode; readonly generation: WrittenGeneration } | undefined;

  constructor(folder: SimulatedFolder, plan: WriterPlan) {
    this.#folder = folder;
    this.#plan = plan;
  }

  /** A line, or a part of one, or several. */
  write(): void {
    if (this.#own !== undefined && this.#plan.reopens === "late" && this.#plan.below(4) === 0) {
      this.#reopen();
      // It may have nothing to write for a long time.
      if (this.#plan.below(2) === 0) return;
    }
    const { below, hasBanner, hasBannerAlone, keepsPosition } = this.#plan;
    let data = this.#isNew && hasBanner && this.#own === undefined ? banner : Buffer.alloc(0);
    const isBannerAlone = hasBannerAlone && data.length > 0 && below(2) === 0;
    for (let left = isBannerAlone ? 0 : 1 + below(4); left > 0; left -= 1)
      data = Buffer.concat([data, this.#line()]);
    if (this.#own !== undefined) {
      this.#folder.writeTo(this.#own.inode, data, keepsPosition ? this.#position : undefined);
      this.#position += data.length;
      this.#plan.trace(`  wrote up to line ${this.#lines} to its own file ${this.#own.inode.number}`);
      this.#own.generation.content = Buffer.concat([this.#own.generation.content, data]);
      return;
    }
    this.#isNew = false;
    if (keepsPosition) {
      if (!this.#folder.has(name)) this.#position = 0;
      this.#folder.write(name, data, this.#position);
      this.#position += data.length;
    } else this.#folder.write(name, data);
    this.#plan.trace(`  wrote up to line ${this.#lines}`);
    this.#current.content = Buffer.concat([this.#current.content, data]);
  }

  /** Goes on with the file that has its name by now, or makes one. */
  #reopen(): void {
    if (this.#own === undefined) return;
    this.#plan.trace("  opens its new file");
    this.#folder.release(this.#own.inode);
    this.#own = undefined;
    this.#position = 0;
    if (!this.#folder.has(name)) this.#folder.write(name, Buffer.alloc(0));
  }

  /** A line to the file that was renamed last, after the log has gone on. */
  writeLate(gaps: number): void {
    if (this.#last === undefined || !this.#folder.has(this.#last.path) || this.#isNew) return;
    const { path, generation } = this.#last;
    // Only while it is still the same file.
    if (!this.#folder.content(path).equals(Buffer.concat([generation.content, generation.late]))) return;
    const line = this.#line();
    this.#plan.trace(`  wrote line ${this.#lines} late to ${path}`);
    this.#folder.write(path, line);
    generation.late = Buffer.concat([generation.late, line]);
    this.#late.push({ line: line.toString(), generation, gaps });
  }

  /** The late lines in the last two files, if these were renamed. */
  get lateLines(): readonly LateLine[] {
    if (!this.#plan.rotations.every((each) => each === "none" || each.startsWith("rename"))) return [];
    const latest = this.generations.slice(-3);
    return this.#late.filter(({ generation }) => latest.includes(generation));
  }

  rotate(): void {
    const { rotations: manners, below } = this.#plan;
    const rotation = manners[below(manners.length)] ?? "none";
    if (rotation === "none" || !this.#folder.has(name)) return;
    // Otherwise a busy writer makes files faster than anybody can look at them.
    if (this.#folder.names.length >= maxFiles) return;
    this.#last = undefined;
    this.#rotations += 1;
    this.#plan.trace(`  rotate: ${rotation}`);
    const inode = this.#folder.inodeOf(name);
    const generation = this.#current;
    const position = this.#position;
    this.#rotateBy(rotation);
    const isReplaced = inode !== undefined && inode !== this.#folder.inodeOf(name);
    if (isReplaced && this.#plan.reopens !== "at once" && this.#own === undefined) {
      this.#folder.hold(inode);
      this.#own = { inode, generation };
    }
    if (this.#own !== undefined) {
      this.#last = undefined;
      this.#position = position;
    }
    this.#plan.trace(`  files: ${this.#folder.describe()}`);
    this.generations.push({ content: Buffer.alloc(0), late: Buffer.alloc(0) });
    this.#isNew = true;
    if (below(2) === 0 && !this.#folder.has(name)) {
      this.#folder.write(name, Buffer.alloc(0));
      if (this.#own === undefined) this.#position = 0;
    }
  }

  #rotateBy(rotation: Rotation): void {
    const folder = this.#folder;
    switch (rotation) {
      case "none":
        return;
      case "rename":
        this.#shift();
        this.#renameTo(`${name}.1`);
        return;
      case "rename-keep-one":
        this.#renameTo(`${name}.1`);
        return;
      case "rename-date":
        this.#renameTo(`${name}-2026${String(1000 + this.#rotations)}`);
        return;
      case "rename-growing":
        this.#renameTo(`${name}.${this.#rotations}`);
        return;
      case "copy-then-rename":
        if (folder.has(`${name}.1`)) folder.copy(`${name}.1`, `${name}.2`);
        this.#renameTo(`${name}.1`);
        return;
      case "copytruncate":
        this.#shift();
        folder.copy(name, `${name}.1`);
        folder.truncate(name);
        return;
      case "copytruncate-keep-one":
        folder.copy(name, `${name}.1`);
        folder.truncate(name);
        return;
      case "cut":
        this.#cut();
        return;
      case "delete":
        folder.remove(name);
        return;
      case "truncate":
        folder.truncate(name);
        return;
      case "replace":
        folder.write("app.log.new", Buffer.alloc(0));
        folder.rename("app.log.new", name);
        this.#position = 0;
        return;
    }
  }

  get #current(): WrittenGeneration {
    return this.generations.at(-1) ?? { content: Buffer.alloc(0), late: Buffer.alloc(0) };
  }

  #renameTo(path: string): void {
    this.#folder.rename(name, path);
    this.#position = 0;
    this.#last = { path, generation: this.#current };
  }

  /** Keeps about half of the lines. */
  #cut(): void {
    const content = this.#folder.content(name);
    const sizeBytes = content.lastIndexOf("\n", Math.floor(content.length / 2)) + 1;
    this.#folder.truncate(name, sizeBytes);
    this.#position = sizeBytes;
  }

  #shift(): void {
    for (let number = 8; number >= 1; number -= 1) {
      if (this.#folder.has(`${name}.${number}`))
        this.#folder.rename(`${name}.${number}`, `${name}.${number + 1}`);
    }
  }

  #line(): Buffer {
    this.#lines += 1;
    const { below, hasLongLines } = this.#plan;
    const filler = "x".repeat(below(hasLongLines ? 2_000 : 30));
    return Buffer.from(`line ${String(this.#lines).padStart(6, "0")} ${filler}\n`);
  }
}
