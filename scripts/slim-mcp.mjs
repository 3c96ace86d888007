/**
 * Leaves out of a bundle what the Model Context Protocol's SDK imports and our server never calls: half of it. A replacement
 * throws when it is called, so that a later version of the SDK that needs it fails in the tests.
 */

/** @type {{ filter: RegExp, contents: string }[]} */
const replacements = [
  // Zod holds its messages in some fifty languages. English is the one that it uses unless a program chooses another.
  {
    filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/,
    contents: 'export { default as en } from "./en.js";',
  },
  // Our schemas are of zod 4.
  { filter: /[\\/]zod[\\/]v3[\\/]index\.js$/, contents: throwing("object") },
  { filter: /[\\/]zod-to-json-schema[\\/].*[\\/]index\.js$/, contents: throwing("zodToJsonSchema") },
  // Checks what a client answers to questions of the server. Ours asks none.
  {
    filter: /[\\/]validation[\\/]ajv-provider\.js$/,
    contents: `${throwing("getValidator")} export class AjvJsonSchemaValidator { getValidator = getValidator; }`,
  },
];

/** @type {import("esbuild").Plugin} */
export const slimMcp = {
  name: "slim-mcp",
  setup(build) {
    for (const { filter, contents } of replacements) build.onLoad({ filter }, () => ({ contents }));
  },
};

/** @param {string} name */
function throwing(name) {
  return `export function ${name}() { throw new Error("${name} is not in this bundle: see scripts/slim-mcp.mjs"); }`;
}
