import { onTestFinished } from "vitest";

import { createDisposableFolder } from "./create-disposable-folder.js";

/**
 * The path of a new empty folder, removed when the test that asked for it has finished. Inside a test only: in a hook
 * (`beforeAll`) or a script use `createDisposableFolder`.
 */
export function createTemporaryFolder(): string {
  const folder = createDisposableFolder();
  onTestFinished(() => {
    folder[Symbol.dispose]();
  });
  return folder.path;
}
