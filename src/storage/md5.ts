import { createHash, hash } from "node:crypto";
import { availableParallelism } from "node:os";
import { HashThread } from "./hash-thread.js";

/** The MD5 of bytes that are all there: a quarter of what it costs to make a hash object for them. */
export function md5Of(bytes: Uint8Array): Uint8Array {
  return hash("md5", bytes, "buffer");
}

/** The MD5 of content that comes in parts. To be disposed of, since it may not come to its end. */
export interface RunningMD5 extends Disposable {
  /** Takes the next bytes, which must stay as they are until this resolves. */
  update(bytes: Uint8Array): Promise<void>;
  /** The digest of all of them; nothing is taken after that. */
  digest(): Promise<Uint8Array>;
}

/** What is hashed here before a thread is worth its start, which takes as long as some tens of MiB. */
const bytesBeforeThread = 32 * 1024 * 1024;

let bytesHashedHere = 0;
let thread: HashThread | undefined;

/** Begins a digest: by a thread, beside the transfer, where there is much to hash and a processor to spare. */
export function runningMD5(expectedBytes: number | undefined): RunningMD5 {
  if (bytesHashedHere + (expectedBytes ?? 0) >= bytesBeforeThread && availableParallelism() > 1) {
    thread ??= HashThread.start();
    const threaded = thread?.md5();
    if (threaded) return threaded;
  }
  const here = createHash("md5");
  return {
    async update(bytes) {
      bytesHashedHere += bytes.length;
      here.update(bytes);
    },
    async digest() {
      return here.digest();
    },
    [Symbol.dispose]() {
      // It is collected.
    },
  };
}
