/**
 * The entry file of `batch-outputs`. It is small, so that V8's compile cache (Node.js 22.1 and later) is enabled before
 * everything else is compiled.
 */
import * as nodeModule from "node:module";

const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown };
enableCompileCache?.();
const { main } = await import("./main.js");
await main(process.argv.slice(2));
