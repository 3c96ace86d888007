import { execFileSync } from "node:child_process";

/**
 * What an executable for Linux needs of the system that it starts on.
 *
 * @param {string} path
 * @returns {{ machine: string, interpreter: string, libraries: string[], glibc: string, libstdcxx: string }}
 */
export function readElf(path) {
  const read = (/** @type {string[]} */ ...args) =>
    execFileSync("readelf", ["--wide", ...args, path], { encoding: "utf8", maxBuffer: 2 ** 26 });
  const versions = read("--version-info");
  return {
    machine: /Machine:\s+(.+)/.exec(read("--file-header"))?.[1] ?? "",
    interpreter: /interpreter: (\S+)\]/.exec(read("--program-headers"))?.[1] ?? "",
    libraries: [...read("--dynamic").matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name = ""]) => name),
    glibc: findHighest(versions, /Name: GLIBC_([\d.]+)/g),
    libstdcxx: findHighest(versions, /Name: GLIBCXX_([\d.]+)/g),
  };
}

/**
 * @param {string} text
 * @param {RegExp} pattern
 */
function findHighest(text, pattern) {
  const found = [...text.matchAll(pattern)].map(([, version = ""]) => version);
  return found.sort((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1) ?? "";
}
