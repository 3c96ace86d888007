import type { SourceHandle } from "./source-files.js";

interface Held {
  readonly handle: SourceHandle;
  users: number;
}

/**
 * Holds source files open, for all tracked files of the process. Their number is limited; the least recently read ones
 * are closed first. A file that is held open can still be read to its end after it was renamed or deleted.
 */
export class OpenFiles {
  readonly #held = new Map<object, Held>();
  readonly #opening = new Map<object, Promise<Held>>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Calls `read` with the owner's handle, opened by `open` if necessary. */
  async use<T>(
    owner: object,
    open: () => Promise<SourceHandle>,
    read: (handle: SourceHandle) => Promise<T>,
  ): Promise<T> {
    const held = this.#held.get(owner) ?? (await this.#openOnce(owner, open));
    held.users += 1;
    try {
      return await read(held.handle);
    } finally {
      held.users -= 1;
      if (this.#held.get(owner) === held) {
        this.#held.delete(owner);
        this.#held.set(owner, held);
      } else if (held.users === 0) await held.handle.close();
      await this.#closeSurplus();
    }
  }

  /** Whether the owner's file is held open now. */
  holds(owner: object): boolean {
    return this.#held.has(owner);
  }

  /** Closes the owner's file, after its present readers. */
  async close(owner: object): Promise<void> {
    const held = this.#held.get(owner);
    this.#held.delete(owner);
    if (held?.users === 0) await held.handle.close();
  }

  async #openOnce(owner: object, open: () => Promise<SourceHandle>): Promise<Held> {
    const opening = this.#opening.get(owner) ?? open().then((handle) => ({ handle, users: 0 }));
    this.#opening.set(owner, opening);
    try {
      const held = await opening;
      this.#held.set(owner, held);
      return held;
    } finally {
      this.#opening.delete(owner);
    }
  }

  async #closeSurplus(): Promise<void> {
    for (const [owner, held] of this.#held) {
      if (this.#held.size <= this.#limit) return;
      if (held.users === 0) await this.close(owner);
    }
  }
}

/** A quarter of the 1,024 files that a Linux process can have open by default. */
export const sharedOpenFiles = new OpenFiles(256);
