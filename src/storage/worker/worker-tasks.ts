import type * as cryptoModule from "node:crypto";
import type * as fsModule from "node:fs";

/** The modules of Node.js that the tasks need; the worker thread passes its own. */
export interface WorkerModules {
  readonly fs: typeof fsModule;
  readonly crypto: typeof cryptoModule;
}

/** The result of reading a small file: its length and MD5, or the reason why it was not read. */
export type SmallFileRead =
  { readonly bytes: number; readonly md5: Uint8Array } | "not a small file" | "changed while it was read";

/** The tasks that a worker thread can do; all are synchronous. */
export interface WorkerTasks {
  /** Reads a file into the target, whose length is the maximum size of such a file plus one byte. */
  readSmallFile(path: string, flags: number, target: Uint8Array): SmallFileRead;
  /**
   * Writes a file under a temporary name and renames it; writes nothing if the bytes have another MD5. Returns the MD5;
   * "not a file", with nothing done, if the path is a pipe, socket or device. Throws ENOENT if the folder is missing.
   */
  writeSmallFile(
    temporary: string,
    path: string,
    bytes: Uint8Array,
    md5: Uint8Array | undefined,
  ): Uint8Array | "not a file";
  /** Adds bytes to a digest. */
  updateMD5(id: number, bytes: Uint8Array): void;
  /** Completes a digest. */
  digestMD5(id: number): Uint8Array;
}

/* The tasks. The worker thread gets the source text of these functions, because a bundled program has no module file that the thread could load: they must not refer to anything outside themselves. */

function createSmallFileReader({ fs, crypto }: WorkerModules): Pick<WorkerTasks, "readSmallFile"> {
  const tryToOpen = (path: string, flags: number): number | undefined => {
    try {
      return fs.openSync(path, flags);
    } catch {
      // The caller opens the file again in another way, and reports the error.
      return undefined;
    }
  };

  const fill = (file: number, target: Uint8Array, size: number): number => {
    // One byte more than expected, to notice a file that has grown.
    let filled = fs.readSync(file, target, 0, size + 1, 0);
    while (filled < size) {
      const count = fs.readSync(file, target, filled, size + 1 - filled, filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  };

  const read = (file: number, target: Uint8Array): SmallFileRead => {
    const before = fs.fstatSync(file, { bigint: true });
    if (!before.isFile() || before.size >= target.length) return "not a small file";
    const size = Number(before.size);
    const filled = fill(file, target, size);
    const after = fs.fstatSync(file, { bigint: true });
    const isSame =
      after.size === before.size && after.mtimeNs === before.mtimeNs && after.ctimeNs === before.ctimeNs;
    if (filled !== size || !isSame) return "changed while it was read";
    return { bytes: size, md5: crypto.hash("md5", target.subarray(0, size), "buffer") };
  };

  return {
    readSmallFile(path, flags, target) {
      const file = tryToOpen(path, flags);
      if (file === undefined) return "not a small file";
      try {
        return read(file, target);
      } finally {
        fs.closeSync(file);
      }
    },
  };
}

function createSmallFileWriter({ fs, crypto }: WorkerModules): Pick<WorkerTasks, "writeSmallFile"> {
  const writeAndClose = (file: number, bytes: Uint8Array): void => {
    try {
      for (let written = 0; written < bytes.length;)
        written += fs.writeSync(file, bytes, written, bytes.length - written, written);
    } finally {
      fs.closeSync(file);
    }
  };

  return {
    writeSmallFile(temporary, path, bytes, md5) {
      const actual = crypto.hash("md5", bytes, "buffer");
      if (md5 !== undefined && actual.compare(md5) !== 0) return actual;
      const found = fs.lstatSync(path, { throwIfNoEntry: false });
      if (found && !found.isFile() && !found.isDirectory() && !found.isSymbolicLink()) return "not a file";
      const file = fs.openSync(temporary, "wx");
      let isMoved = false;
      try {
        writeAndClose(file, bytes);
        fs.renameSync(temporary, path);
        isMoved = true;
      } finally {
        if (!isMoved) fs.rmSync(temporary, { force: true });
      }
      return actual;
    },
  };
}

function createHasher({ crypto }: WorkerModules): Pick<WorkerTasks, "updateMD5" | "digestMD5"> {
  const hashes = new Map<number, cryptoModule.Hash>();
  return {
    updateMD5(id, bytes) {
      const hash = hashes.get(id) ?? crypto.createHash("md5");
      hashes.set(id, hash.update(bytes));
    },
    digestMD5(id) {
      const hash = hashes.get(id) ?? crypto.createHash("md5");
      hashes.delete(id);
      return hash.digest();
    },
  };
}

const pieces = [createSmallFileReader, createSmallFileWriter, createHasher];

/** Creates the tasks for this thread. */
export function createWorkerTasks(modules: WorkerModules): WorkerTasks {
  return { ...createSmallFileReader(modules), ...createSmallFileWriter(modules), ...createHasher(modules) };
}

/** The source text of the same function, for another thread. */
export const workerTasksSource = `(modules) => Object.assign({}, ${pieces.map((piece) => `(${piece.toString()})(modules)`).join(", ")})`;
