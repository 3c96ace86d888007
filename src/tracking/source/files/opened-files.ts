import type { SourceFile } from "./source-file.js";

/** Notes the files that are opened for a call, so that those which nobody keeps are closed if it fails. */
export class OpenedFiles {
  readonly #files = new Set<SourceFile>();

  add(file: SourceFile): void {
    this.#files.add(file);
  }

  /** Makes the call. Not for concurrent calls. */
  async closeOnFailure<T>(
    call: () => Promise<T>,
    isKept: (file: SourceFile) => boolean = () => false,
  ): Promise<T> {
    try {
      return await call();
    } catch (error) {
      for (const file of this.#files) if (!isKept(file)) await file.close();
      throw error;
    } finally {
      this.#files.clear();
    }
  }
}
