import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { TestContext } from "vitest";

import { createEnvironment } from "../../support/cli.js";

const run = promisify(execFile);

/**
 * Skips the test where the file of a Debian package is not there, saying so. In CI, where it must be, a missing one is a
 * failure.
 */
export function requireDebianPackage(context: TestContext, file: string, packageName: string): void {
  if (existsSync(file)) return;
  const reason = `${packageName} is not installed (on Debian: apt-get install ${packageName})`;
  if (process.env["CI"] === "true") throw new Error(`${reason}, and CI needs it`);
  context.skip(reason);
}

/** What the program writes to standard output; it gets nothing of the test's environment but PATH. */
export async function runDebianClient(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const { stdout } = await run(file, args, { env: createEnvironment(env), maxBuffer: 1 << 24 });
  return stdout;
}
