import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The program that opens a link, by system. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/**
 * Opens an address in the browser without showing it in the process list: the browser opens a file that redirects to it
 * and that only this user can read.
 *
 * @returns Removes that file when disposed of; `undefined` if no browser could be started.
 */
export async function openBrowser(url: string): Promise<AsyncDisposable | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "batch-outputs-view-"));
  const shown: AsyncDisposable = {
    [Symbol.asyncDispose]: async () => {
      await rm(folder, { recursive: true, force: true });
    },
  };
  const file = join(folder, "open.html");
  const html = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${url}"><title>Azure Batch outputs</title>`;
  await writeFile(file, html, { mode: 0o600 });
  const [program, ...args] = process.env["BROWSER"]
    ? [process.env["BROWSER"]]
    : (openers[process.platform] ?? ["xdg-open"]);
  const child = spawn(program, [...args, pathToFileURL(file).href], { stdio: "ignore", detached: true });
  try {
    await once(child, "spawn");
    child.unref();
    return shown;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    await shown[Symbol.asyncDispose]();
    return undefined;
  }
}
