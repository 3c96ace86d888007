import { readFile } from "node:fs/promises";
import { hasCode } from "../errors/has-code.js";

/** Reads a text file. Returns `undefined` if it does not exist. */
export async function readTextIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
