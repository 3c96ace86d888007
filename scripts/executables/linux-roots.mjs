import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * The files that the loader needs to start a program, with the loader itself.
 *
 * @param {string} executable
 */
export function listLibraries(executable) {
  const text = execFileSync("ldd", [executable], { encoding: "utf8" });
  return [...text.matchAll(/(\/\S+) \(0x/g)].map(([, path = ""]) => path);
}

/**
 * Makes a root folder with the executable, an empty working folder, and these files at their own paths. There is nothing else in
 * it: no shell, no /etc, /proc, /dev or /tmp.
 *
 * @param {string} root
 * @param {string} executable
 * @param {readonly string[]} files
 */
export function createRoot(root, executable, files) {
  mkdirSync(join(root, "work"), { recursive: true });
  copyFileSync(executable, join(root, "batch-outputs"));
  for (const file of files) {
    mkdirSync(join(root, dirname(file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
}

/**
 * Adds a folder /glibc with the loader and the libraries, for a root that has another C library.
 *
 * @param {string} root
 * @param {readonly string[]} libraries
 */
export function addLibraryFolder(root, libraries) {
  mkdirSync(join(root, "glibc"));
  for (const library of libraries) copyFileSync(library, join(root, "glibc", basename(library)));
}
