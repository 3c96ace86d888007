import { inspect } from "node:util";
import type { TestProject } from "vitest/node";

import { fetchNode } from "../../../scripts/node-for-target.mjs";
import startSharedAzurite from "../azurite-global-setup.js";
import { createDisposableFolder } from "../create-disposable-folder.js";
import { compileForWindows } from "./compile-for-windows.js";
import { reasonWithoutWine, startWine, type Wine } from "./wine.js";

/** The Windows that the tests of this run share, or why there is none: then the tests are skipped, or fail. */
export type WindowsContext =
  | { readonly unavailable: string }
  | { readonly error: string }
  | { readonly wine: Wine; readonly node: string; readonly compiled: string };

declare module "vitest" {
  interface ProvidedContext {
    windows: WindowsContext;
  }
}

/** The newest Node.js 20 that npm has for Windows. */
const nodeVersion = "20.20.2";

/**
 * Starts Wine and Azurite, fetches node.exe, and compiles the tests. An error is provided to the tests, which fail with it: thrown
 * here, it would end the run of all other projects too.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const unavailable = reasonWithoutWine();
  if (unavailable !== undefined) {
    const isNeeded = process.env["CI"] === "true" && process.platform === "linux";
    project.provide("windows", isNeeded ? { error: `${unavailable}, and CI needs it` } : { unavailable });
    return () => Promise.resolve();
  }
  try {
    return await startWindows(project);
  } catch (error) {
    project.provide("windows", { error: inspect(error) });
    return () => Promise.resolve();
  }
}

async function startWindows(project: TestProject): Promise<() => Promise<void>> {
  const node = await fetchNode("win-x64", nodeVersion);
  const folder = createDisposableFolder();
  const stopAzurite = await startSharedAzurite(project);
  const { wine, stop } = await startWine();
  compileForWindows(folder.path);
  project.provide("windows", { wine, node, compiled: folder.path });
  return async () => {
    await stop();
    await stopAzurite();
    folder[Symbol.dispose]();
  };
}
