/**
 * The entry file of `batch-outputs`. It is small, so that `--version` needs no other file, and V8's compile cache (Node.js 22.1
 * and later) is enabled before everything else is compiled.
 */
import * as nodeModule from "node:module";
import { printVersion } from "./program/print-version.js";
import { watchStreams } from "./terminal/terminal.js";

async function start(args: readonly string[]): Promise<void> {
  watchStreams();
  // If the version could not be printed, `main` tries again, and explains why.
  if (await printVersion(args).catch(() => false)) return;
  const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown };
  enableCompileCache?.();
  const { main } = await import("./main.js");
  await main(args);
}

// `main` reports errors by itself. Any other is a fault of this program.
start(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
