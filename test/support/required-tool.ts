import { spawnSync } from "node:child_process";
import type { TestContext } from "vitest";

/**
 * Skips the test where a program is not installed, saying so. In CI, where it must be, a missing one is a failure: a proof
 * that is left out looks like one that passed.
 */
export function requireTool(context: TestContext, name: string, versionFlag = "--version"): void {
  if (spawnSync(name, [versionFlag], { stdio: "ignore" }).status === 0) return;
  const reason = `${name} is not installed (on Debian: apt-get install ${name})`;
  if (process.env["CI"] === "true") throw new Error(`${reason}, and CI needs it`);
  context.skip(reason);
}
