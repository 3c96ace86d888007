import { getFileIdentity, isBirthRecorded } from "../files/file-stat.js";
import { findBeside } from "../files/siblings.js";
import { type FileAccess, SourceFile } from "../files/source-file.js";
import { ignoreDenied } from "../files/unless-denied.js";
import { Generation } from "./generation.js";
import { createHeadDigest, hasHead } from "./head-digest.js";
import type { LateFile } from "./late-file.js";

/** The number of earlier generations that are watched: an older file is rarely written to. */
const generationsToWatch = 2;

interface Watched {
  readonly identity: string;
  /** The size when the file was last seen. */
  sizeBytes: number;
  /** The size up to which everything is stored, or was returned as growth. */
  accountedBytes: number;
  /** `undefined` until a file that an earlier process has recorded is found. */
  generation: Generation | undefined;
  /** What the earlier process has recorded. */
  readonly recorded: LateFile | undefined;
  /** Whether the last look has not found the recorded file: it may have been renamed during the look. */
  isMissing: boolean;
}

/**
 * Detects bytes that are written to a rotated file after the log has continued with the next file. They cannot be added
 * to the log, and are reported as lost.
 */
export class LateWrites {
  readonly #access: FileAccess;
  readonly #path: string;
  #watched: readonly Watched[] = [];
  #growth = 0;
  #isGrowthUnknown = false;
  #isAnyDropped = false;

  constructor({ access, path }: { readonly access: FileAccess; readonly path: string }) {
    this.#access = access;
    this.#path = path;
  }

  get generations(): readonly Generation[] {
    return this.#watched.flatMap(({ generation }) => generation ?? []);
  }

  get hasGrown(): boolean {
    return this.#growth > 0 || this.#isGrowthUnknown;
  }

  /** Whether there is growth that `files` does not show, because its file is not watched any more. */
  get isAnyDropped(): boolean {
    return this.#isAnyDropped;
  }

  /** What a restart has to know to find the growth that was not returned. Only files whose identities are never reused. */
  get files(): readonly LateFile[] {
    return this.#watched
      .filter(({ identity }) => isBirthRecorded(identity))
      .map(({ generation, recorded, identity, accountedBytes }) => ({
        identity,
        sizeBytes: accountedBytes,
        start: generation?.start ?? recorded?.start ?? 0,
        head: generation === undefined ? recorded?.head : createHeadDigest(generation.head),
      }));
  }

  /** Watches a generation that was read to its end. */
  async add(generation: Generation): Promise<void> {
    const { seenBytes, file } = generation;
    await this.#add({ identity: file.identity, sizeBytes: seenBytes, generation, recorded: undefined });
  }

  /** Watches a file that an earlier process has watched. The next look searches for it. */
  async addRecorded(recorded: LateFile): Promise<void> {
    const { identity, sizeBytes } = recorded;
    await this.#add({ identity, sizeBytes, generation: undefined, recorded });
  }

  /** The size of a watched file when it was last seen, and whether it still has that content. `undefined` if the file is not watched. */
  async findIn(
    file: SourceFile,
  ): Promise<{ readonly sizeBytes: number; readonly isIntact: boolean } | undefined> {
    const watched = this.#watched.find(({ identity }) => identity === file.identity);
    if (watched === undefined) return undefined;
    const { generation, recorded, sizeBytes } = watched;
    const isSame = async (): Promise<boolean> =>
      generation === undefined
        ? recorded !== undefined && (await hasHead(file, recorded.start, recorded.head))
        : await generation.isCopiedTo(file);
    const isIntact = file.first.sizeBytes >= sizeBytes && (await isSame());
    return { sizeBytes, isIntact: isIntact || sizeBytes === 0 };
  }

  /** Stops watching a file that has the tracked path again. */
  async forget(identity: string): Promise<void> {
    for (const each of this.#watched.filter((watched) => watched.identity === identity))
      await this.#drop(each);
  }

  /** Returns false if a file has grown that has the tracked path again: the path must be looked at. */
  async look(): Promise<boolean> {
    let isOver = true;
    for (const watched of this.#watched) {
      const generation = watched.generation ?? (await this.#findRecorded(watched));
      if (generation === undefined) continue;
      if ((await generation.observe(this.#access.files.nowNs())) === "intact") {
        // Checked after the size: what the file has then was written under its other name.
        if (generation.seenBytes > watched.sizeBytes && (await generation.file.isUnderPathNow())) {
          isOver = false;
          continue;
        }
        this.#growth += Math.max(0, generation.seenBytes - watched.sizeBytes);
        watched.sizeBytes = generation.seenBytes;
      } else await this.#drop(watched, generation.wasReplaced);
    }
    return isOver;
  }

  /** The known number of new bytes since the last call; `undefined` if there are none. */
  takeGrowth(): number | undefined {
    const growth = this.hasGrown ? this.#growth : undefined;
    this.#growth = 0;
    this.#isGrowthUnknown = false;
    this.#isAnyDropped = false;
    for (const watched of this.#watched) watched.accountedBytes = watched.sizeBytes;
    return growth;
  }

  /** Closes the files. The next look opens them again. */
  async close(): Promise<void> {
    for (const { file } of this.generations) await file.close();
  }

  async #add(added: Omit<Watched, "accountedBytes" | "isMissing">): Promise<void> {
    this.#watched = [...this.#watched, { ...added, accountedBytes: added.sizeBytes, isMissing: false }];
    for (const oldest of this.#watched.slice(0, -generationsToWatch)) await this.#drop(oldest);
  }

  /** @param wasReplaced - As by a rotation that copies over it. What was written to it before is not known. */
  async #drop(watched: Watched, wasReplaced = false): Promise<void> {
    this.#watched = this.#watched.filter((other) => other !== watched);
    this.#isGrowthUnknown ||= wasReplaced;
    this.#isAnyDropped ||= wasReplaced || watched.sizeBytes > watched.accountedBytes;
    await watched.generation?.file.close();
  }

  /** Opens a file that an earlier process has recorded, if it has that content. */
  async #findRecorded(watched: Watched): Promise<Generation | undefined> {
    const { recorded, identity, sizeBytes } = watched;
    const { files } = this.#access;
    const path = await findBeside(files, this.#path, (stat) => getFileIdentity(stat) === identity);
    // If it has the tracked path again, a look at the path is going to find it.
    if (path === this.#path) return undefined;
    const file =
      path === undefined
        ? undefined
        : await ignoreDenied(() => SourceFile.open(this.#access, this.#path, path));
    if (file?.identity !== identity) {
      await file?.close();
      // One that cannot be read now may be readable later.
      if (path === undefined && watched.isMissing) await this.#drop(watched);
      watched.isMissing = path === undefined;
      return undefined;
    }
    if (file.first.sizeBytes < sizeBytes || !(await hasHead(file, recorded?.start ?? 0, recorded?.head))) {
      await file.close();
      await this.#drop(watched, true);
      return undefined;
    }
    watched.generation = new Generation({ file, siblingsBefore: new Set() });
    return watched.generation;
  }
}
