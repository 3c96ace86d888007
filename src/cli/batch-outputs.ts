/**
 * The first file that `batch-outputs` loads: small, so that V8's compile cache, where Node.js has one (22.1 and later),
 * is on before everything else is compiled.
 */
import * as nodeModule from "node:module";

const { enableCompileCache } = nodeModule as { enableCompileCache?: () => unknown };
enableCompileCache?.();
const { main } = await import("./main.js");
await main(process.argv.slice(2));
