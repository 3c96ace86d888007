import { execFile, spawnSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { createDisposableFolder } from "../create-disposable-folder.js";

/** A Windows of its own under Wine: plain data, which vitest copies to the processes that run the tests. */
export interface Wine {
  /** The variables that each program of Wine needs. */
  readonly env: Readonly<Record<string, string>>;
  /** For NODE_OPTIONS: repairs in Node.js what Wine lacks. */
  readonly nodeOptions: string;
}

/** Why Wine cannot be used here; nothing if it can. */
export function reasonWithoutWine(): string | undefined {
  if (process.platform !== "linux" || process.arch !== "x64")
    return "Wine is tried on Linux with an x64 processor";
  if (spawnSync("wine", ["--version"], { stdio: "ignore" }).status === 0) return undefined;
  return "wine is not installed (on Debian: apt-get install wine wine64)";
}

/**
 * Wine 8 refuses the option TCP_KEEPALIVE, and a connection whose option cannot be set fails in Node.js. No connection of a
 * test is idle for as long as the option is about.
 *
 * It shows the time of a file's last change as that of its creation. A file keeps the one that its process has seen first.
 */
const preload = `
  require("node:net").Socket.prototype.setKeepAlive = function () { return this; };
  const { promises } = require("node:fs");
  const births = new Map();
  const keepBirth = (found) => {
    if (typeof found.birthtimeNs !== "bigint") return found;
    const file = found.dev + ":" + found.ino;
    if (!births.has(file)) births.set(file, found.birthtimeNs);
    found.birthtimeNs = births.get(file);
    return found;
  };
  const keepBirthsOf = (object, name) => {
    const original = object[name];
    object[name] = async function (...args) { return keepBirth(await original.apply(this, args)); };
  };
  for (const name of ["stat", "lstat"]) keepBirthsOf(promises, name);
  const { open } = promises;
  let handles;
  promises.open = async (...args) => {
    const handle = await open(...args);
    if (handles === undefined) {
      handles = Object.getPrototypeOf(handle);
      keepBirthsOf(handles, "stat");
    }
    return handle;
  };
  require("node:module").syncBuiltinESMExports();
`;

/** Creates the folder of settings and system files that Wine calls a prefix, and removes it in the end. */
export async function startWine(): Promise<{ wine: Wine; stop: () => Promise<void> }> {
  const folder = createDisposableFolder();
  const prefix = join(folder.path, "prefix");
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: process.env["HOME"] ?? folder.path,
    // Names of files are UTF-8, whatever the machine's language is.
    LC_ALL: "C.UTF-8",
    WINEPREFIX: prefix,
    WINEDEBUG: "-all",
    // No menu entries on the desktop, and no question whether a browser or .NET is to be installed.
    WINEDLLOVERRIDES: "winemenubuilder.exe,mscoree,mshtml=",
  };
  const stop = async (): Promise<void> => {
    await run("wineserver", ["--kill"], env);
    await run("wineserver", ["--wait"], env);
    folder[Symbol.dispose]();
  };
  try {
    await run("wine", ["wineboot", "--init"], env);
    await run("wine", ["reg", "add", String.raw`HKCU\Software\Wine`, "/v", "Version", "/d", "win10"], env);
    // What Wine shows as the share \\server\c$: the files of the drive C:, which has the temporary folders.
    await mkdir(join(prefix, "dosdevices/unc/server"), { recursive: true });
    await symlink(join(prefix, "drive_c"), join(prefix, "dosdevices/unc/server/c$"));
    const preloaded = join(folder.path, "preload.cjs");
    await writeFile(preloaded, preload);
    return {
      wine: { env, nodeOptions: `--require ${toWindowsPath(preloaded).replaceAll("\\", "/")}` },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where Wine shows a file of Linux. */
export function toWindowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

async function run(program: string, args: readonly string[], env: Record<string, string>): Promise<void> {
  try {
    await promisify(execFile)(program, args, { env });
  } catch (error) {
    // wineserver's status is 1 where no server runs.
    if (program !== "wineserver") throw error;
  }
}
