import { join } from "node:path";
import type { TestProject } from "vitest/node";

import { packInto } from "../../scripts/pack-package.mjs";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { installInto } from "./npm-package.js";

declare module "vitest" {
  interface ProvidedContext {
    /** The tarball that would be published. */
    packageTarball: string;
    /**
     * A project in which the tarball is installed and nothing else. Test files share it: each writes into a folder of its
     * own in it, and installs nothing.
     */
    installedProject: string;
  }
}

/** Packs and installs the package once for all test files of its project. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = createDisposableFolder();
  try {
    const tarball = await packInto(folder.path);
    const installed = join(folder.path, "project");
    await installInto(installed, tarball);
    project.provide("packageTarball", tarball);
    project.provide("installedProject", installed);
  } catch (error) {
    folder[Symbol.dispose]();
    throw error;
  }
  return () => {
    folder[Symbol.dispose]();
  };
}
