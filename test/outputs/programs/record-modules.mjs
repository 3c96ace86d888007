/**
 * Records the URL of every ES module that the process loads, a line each, in the file that MODULES_FILE names. Used as
 * `node --import`.
 */
import { register } from "node:module";

const hooks = `
  import { appendFileSync } from "node:fs";
  export async function load(url, context, nextLoad) {
    appendFileSync(${JSON.stringify(process.env["MODULES_FILE"])}, url + "\\n");
    return await nextLoad(url, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
