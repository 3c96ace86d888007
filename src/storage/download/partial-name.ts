import { randomBytes } from "node:crypto";
import { basename, dirname, join } from "node:path";

/** Counts up from where no other process does. */
let lastNumber = randomBytes(6).readUIntBE(0, 6);

/** A name beside the file's own, for what is to take its place when it is complete. */
export function createPartialName(path: string): string {
  lastNumber = (lastNumber + 1) % 2 ** 48;
  const unique = lastNumber.toString(16).padStart(12, "0");
  // Short whatever the name is: a name may fill all the bytes that the file system gives it.
  return join(dirname(path), `.${basename(path).slice(0, 20)}.${unique}.partial`);
}

/** Whether a file system's error says that something is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
