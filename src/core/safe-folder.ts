import { mkdir, realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { BatchOutputsError } from "./errors/batch-outputs-error.js";
import { HeldFolder } from "./held-folder.js";

/** Folders that are kept open although no file is being written into them: files of one folder often follow each other. */
const maxIdleFolders = 16;

/** A file that is to be written below a {@link SafeFolder}. Its folder is held open until this is disposed. */
export interface SafeFile extends AsyncDisposable {
  /** The path to write by. It leads into the folder that was opened, whatever happens to the names on the way. */
  readonly path: string;
  /** The file's absolute path, for messages. */
  readonly shownPath: string;
  /** Throws `UnsafePath` when the file's folder is no longer where it was opened. */
  requireInPlace(): Promise<void>;
  /** The file system's error, with the file's own path in place of the path to write by. */
  explain(error: unknown): unknown;
}

interface KeptFolder {
  readonly opened: Promise<HeldFolder>;
  users: number;
}

/** A folder of the caller's, into which names from a store are written, and nowhere else. */
export class SafeFolder implements AsyncDisposable {
  /** The folder itself, without links on the way to it. */
  readonly root: string;
  /** By their paths below the root, those that were used last at the end. */
  readonly #kept = new Map<string, KeptFolder>();

  private constructor(root: string) {
    this.root = root;
  }

  /** Creates the folder if it is missing. It may itself be reached through a link: that is the caller's choice. */
  static async open(directory: string): Promise<SafeFolder> {
    const root = resolve(directory);
    await mkdir(root, { recursive: true });
    return new SafeFolder(await realpath(root));
  }

  /**
   * The file's absolute path, its folders created. Throws `UnsafePath` for a path that leaves the folder or goes through a
   * symbolic link. It holds for the moment; use {@link openFile} where others may change the folder meanwhile.
   */
  async pathFor(relativePath: string): Promise<string> {
    await using file = await this.openFile(relativePath);
    return file.shownPath;
  }

  /**
   * Opens the folder of a file, and creates it if it is missing. Throws `UnsafePath` for a path that leaves the folder or
   * goes through a symbolic link.
   */
  async openFile(relativePath: string): Promise<SafeFile> {
    const shownPath = join(this.root, ...relativePath.split("/"));
    const below = relative(this.root, shownPath);
    if (below === "" || isAbsolute(below) || below.split(sep)[0] === "..")
      throw createUnsafeError(relativePath, "it leads outside of the folder");
    const names = below.split(sep);
    const name = names.pop() ?? "";
    const folder = await this.#acquire(names, relativePath);
    return {
      path: join(folder.path, name),
      shownPath,
      requireInPlace: async () => {
        if (!(await folder.isInPlace()))
          throw createUnsafeError(relativePath, `${folder.shownPath} was replaced meanwhile`);
      },
      explain: (error) => replacePath(error, folder),
      [Symbol.asyncDispose]: () => this.#release(names),
    };
  }

  /** Closes the folders that are held open. */
  async [Symbol.asyncDispose](): Promise<void> {
    const kept = [...this.#kept.values()];
    this.#kept.clear();
    for (const { opened } of kept) await (await opened).close();
  }

  async #acquire(names: readonly string[], relativePath: string): Promise<HeldFolder> {
    const key = names.join(sep);
    const kept = this.#kept.get(key) ?? { opened: this.#open(names, relativePath), users: 0 };
    kept.users += 1;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    try {
      return await kept.opened;
    } catch (error) {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
      throw error;
    }
  }

  async #open(names: readonly string[], relativePath: string): Promise<HeldFolder> {
    const name = names.at(-1);
    if (name === undefined) return requireFolder(await HeldFolder.open(this.root), this.root, relativePath);
    const parentNames = names.slice(0, -1);
    const parent = await this.#acquire(parentNames, relativePath);
    try {
      return requireFolder(await parent.openChild(name), join(parent.shownPath, name), relativePath);
    } finally {
      await this.#release(parentNames);
    }
  }

  async #release(names: readonly string[]): Promise<void> {
    const kept = this.#kept.get(names.join(sep));
    if (kept !== undefined) kept.users -= 1;
    if (this.#kept.size <= maxIdleFolders || kept?.users !== 0) return;
    const idle = [...this.#kept].filter(([, { users }]) => users === 0);
    for (const [key, { opened }] of idle.slice(0, -maxIdleFolders)) {
      this.#kept.delete(key);
      await (await opened).close();
    }
  }
}

function requireFolder(
  opened: Awaited<ReturnType<typeof HeldFolder.open>>,
  path: string,
  relativePath: string,
): HeldFolder {
  if (opened === "symbolic link") throw createUnsafeError(relativePath, `${path} is a symbolic link`);
  if (opened === "not a folder") throw createUnsafeError(relativePath, `${path} is a file, not a folder`);
  return opened;
}

/** Errors of the file system name the path that was used; the caller knows the folder by another. */
function replacePath(error: unknown, { path, shownPath }: HeldFolder): unknown {
  if (path === shownPath || !(error instanceof Error)) return error;
  for (const member of ["message", "stack", "path", "dest"]) {
    const text: unknown = Reflect.get(error, member);
    if (typeof text === "string" && text.includes(path))
      Reflect.set(error, member, text.replaceAll(`${path}/`, `${shownPath}/`));
  }
  return error;
}

function createUnsafeError(path: string, problem: string): BatchOutputsError {
  return new BatchOutputsError("UnsafePath", `The output "${path}" was not written: ${problem}.`, { path });
}
