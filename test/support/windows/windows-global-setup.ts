import type { TestProject } from "vitest/node";

import { fetchWindowsNode } from "../../../scripts/windows-node.mjs";
import startSharedAzurite from "../azurite-global-setup.js";
import { createDisposableFolder } from "../create-disposable-folder.js";
import { compileForWindows } from "./compile-for-windows.js";
import { reasonWithoutWine, startWine, type Wine } from "./wine.js";

/** The Windows that the tests of this run share, or why there is none. */
export type WindowsContext =
  | { readonly unavailable: string }
  | { readonly wine: Wine; readonly node: string; readonly compiled: string };

declare module "vitest" {
  interface ProvidedContext {
    windows: WindowsContext;
  }
}

/** The newest Node.js 20 that npm has for Windows. */
const nodeVersion = "20.20.2";

/** Starts Wine and Azurite, fetches node.exe, and compiles the tests. In CI a missing Wine is an error. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const unavailable = reasonWithoutWine();
  if (unavailable !== undefined) {
    if (process.env["CI"] === "true" && process.platform === "linux")
      throw new Error(`${unavailable}, and CI needs it`);
    project.provide("windows", { unavailable });
    return () => Promise.resolve();
  }
  const folder = createDisposableFolder();
  const stopAzurite = await startSharedAzurite(project);
  const { wine, stop } = await startWine();
  compileForWindows(folder.path);
  project.provide("windows", { wine, node: await fetchWindowsNode(nodeVersion), compiled: folder.path });
  return async () => {
    await stop();
    await stopAzurite();
    folder[Symbol.dispose]();
  };
}
