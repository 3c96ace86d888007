import { onTestFinished } from "vitest";

import { disposableFolder } from "./disposable-folder.js";

/**
 * The path of a new empty folder, removed when the test that asked for it has finished. Inside a test only: in a hook
 * (`beforeAll`) or a script use `disposableFolder`.
 */
export function temporaryFolder(): string {
  const folder = disposableFolder();
  onTestFinished(() => {
    folder[Symbol.dispose]();
  });
  return folder.path;
}
