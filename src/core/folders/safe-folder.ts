import { realpath } from "node:fs/promises";
import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { BatchOutputsError } from "../errors/batch-outputs-error.js";
import { createFolders } from "./create-folders.js";
import { type EntryProblem, HeldFolder } from "./held-folder.js";

/** Folders that are held open although no file is being written into them: files of one folder often follow each other. */
const maxIdleFolders = 16;

/** A file to write in a {@link SafeFolder}. Its folder is held open until this is disposed. */
export interface SafeFile extends AsyncDisposable {
  /** The path to write to. It leads into the opened folder, even if names on the way are changed. */
  readonly path: string;
  /** The file's absolute path, for messages. */
  readonly shownPath: string;
  /** Throws `UnsafePath` if the file's folder has been moved or replaced. */
  requireInPlace(): Promise<void>;
  /** Replaces the path to write to by the file's own path in an error of the file system. */
  explain(error: unknown): unknown;
  /** Creates the error `UnsafePath` for a file that must not be written; the problem continues a sentence: `is a pipe`. */
  refuse(problem: string): BatchOutputsError;
}

interface OpenFolder {
  /** The problem of a folder that cannot be entered: each file that it concerns gets an error of its own. */
  readonly opened: Promise<HeldFolder | FolderProblem>;
  users: number;
}

/** Why a folder is not entered; continues a sentence. */
class FolderProblem {
  readonly text: string;

  constructor(problem: EntryProblem, path: string) {
    this.text = `${path} is ${problem === "symbolic link" ? "a symbolic link" : "a file, not a folder"}`;
  }
}

/** A folder of the caller. Files with names from a store are written into it, and cannot get out of it. */
export class SafeFolder implements AsyncDisposable {
  /** The folder's real path. */
  readonly root: string;
  /** Open folders by path, the last used at the end. */
  readonly #openFolders = new Map<string, OpenFolder>();

  private constructor(root: string) {
    this.root = root;
  }

  /** Opens the folder, and creates it if it is missing. Links on the way to it are followed: they are the caller's choice. */
  static async open(directory: string): Promise<SafeFolder> {
    const root = resolve(directory);
    await createFolders(root);
    return new SafeFolder(await realpath(root));
  }

  /**
   * Returns the file's absolute path, and creates its folders. Throws `UnsafePath` for a path that leaves the folder or goes
   * through a symbolic link. Use {@link openFile} if others may change the folder meanwhile.
   */
  async preparePath(relativePath: string): Promise<string> {
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
    const folder = await this.#acquire(names);
    if (folder instanceof FolderProblem) throw createUnsafeError(relativePath, folder.text);
    return {
      path: join(folder.path, name),
      shownPath,
      requireInPlace: async () => {
        if (!(await folder.isInPlace()))
          throw createUnsafeError(relativePath, `${folder.shownPath} was replaced meanwhile`);
      },
      explain: (error) => replacePath(error, folder),
      refuse: (problem) => createUnsafeError(relativePath, `${shownPath} ${problem}`),
      [Symbol.asyncDispose]: () => this.#release(names),
    };
  }

  /** Closes all open folders. */
  async [Symbol.asyncDispose](): Promise<void> {
    const folders = [...this.#openFolders.values()];
    this.#openFolders.clear();
    for (const { opened } of folders) await closeFolder(await opened);
  }

  async #acquire(names: readonly string[]): Promise<HeldFolder | FolderProblem> {
    const key = names.join(sep);
    const folder = this.#openFolders.get(key) ?? { opened: this.#open(names), users: 0 };
    folder.users += 1;
    this.#openFolders.delete(key);
    this.#openFolders.set(key, folder);
    const forget = (): void => {
      if (this.#openFolders.get(key) === folder) this.#openFolders.delete(key);
    };
    try {
      const opened = await folder.opened;
      if (opened instanceof FolderProblem) forget();
      return opened;
    } catch (error) {
      forget();
      throw copySystemError(error);
    }
  }

  async #open(names: readonly string[]): Promise<HeldFolder | FolderProblem> {
    const name = names.at(-1);
    if (name === undefined) return toFolder(await HeldFolder.open(this.root), this.root);
    const parentNames = names.slice(0, -1);
    const parent = await this.#acquire(parentNames);
    if (parent instanceof FolderProblem) return parent;
    try {
      return toFolder(await parent.openChild(name), join(parent.shownPath, name));
    } catch (error) {
      throw replacePath(error, parent);
    } finally {
      await this.#release(parentNames);
    }
  }

  async #release(names: readonly string[]): Promise<void> {
    const folder = this.#openFolders.get(names.join(sep));
    if (folder !== undefined) folder.users -= 1;
    if (this.#openFolders.size <= maxIdleFolders || folder?.users !== 0) return;
    const idle = [...this.#openFolders].filter(([, { users }]) => users === 0);
    for (const [key, { opened }] of idle.slice(0, -maxIdleFolders)) {
      this.#openFolders.delete(key);
      await closeFolder(await opened);
    }
  }
}

function toFolder(opened: HeldFolder | EntryProblem, path: string): HeldFolder | FolderProblem {
  return opened instanceof HeldFolder ? opened : new FolderProblem(opened, path);
}

async function closeFolder(opened: HeldFolder | FolderProblem): Promise<void> {
  if (opened instanceof HeldFolder) await opened.close();
}

/**
 * Returns a copy for each file that waited for the folder, because the caller adds the file to the error. Other errors are defects,
 * and are returned as they are.
 */
function copySystemError(error: unknown): unknown {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const copy = Object.assign(new Error(error.message), error);
  if (error.stack !== undefined) copy.stack = error.stack;
  return copy;
}

/** Replaces the internal path by the one that the caller knows. */
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
