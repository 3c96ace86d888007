import type { TestContext } from "vitest";

import type { WindowsContext } from "./windows-global-setup.js";

/** The Windows that the tests share. Skips the test if there is none, and fails it if there should be one. */
export function requireWindows(
  context: TestContext,
  windows: WindowsContext,
): Extract<WindowsContext, { readonly wine: unknown }> {
  if ("unavailable" in windows) context.skip(windows.unavailable);
  if ("error" in windows) throw new Error(windows.error);
  return windows;
}
