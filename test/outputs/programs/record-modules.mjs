/**
 * Records the URL of every module that the process imports or requires, a line each, in the file that MODULES_FILE names. Used as
 * `node --import`.
 */
import { appendFileSync } from "node:fs";
import { createRequire, register } from "node:module";
import { pathToFileURL } from "node:url";

const modulesFile = process.env["MODULES_FILE"] ?? "";
const hooks = `
  import { appendFileSync } from "node:fs";
  export async function load(url, context, nextLoad) {
    appendFileSync(${JSON.stringify(modulesFile)}, url + "\\n");
    return await nextLoad(url, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);

// The hooks do not see what is required.
const { cache } = createRequire(import.meta.url);
process.on("exit", () => {
  for (const path of Object.keys(cache)) appendFileSync(modulesFile, `${pathToFileURL(path).href}\n`);
});
