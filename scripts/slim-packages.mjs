/**
 * Leaves out of a bundle of the command line what packages import and the command line never calls: half of the Model Context Protocol's
 * SDK, a sixth of the storage SDK. A replacement throws when it is called, so that a later version that needs it fails in the
 * tests.
 */

/** @type {{ filter: RegExp, contents: string }[]} */
const replacements = [
  // Computes CRC64, in WebAssembly: for a client's option `contentChecksumAlgorithm`, which is never set.
  {
    filter: /[\\/]storage-common[\\/].*[\\/]crc64\.js$/,
    contents: throwing("NativeCRC64", "default function NativeCRC64"),
  },
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
export const slimPackages = {
  name: "slim-packages",
  setup(build) {
    for (const { filter, contents } of replacements) build.onLoad({ filter }, () => ({ contents }));
  },
};

/** @param {string} name */
function throwing(name, declaration = `function ${name}`) {
  return `export ${declaration}() { throw new Error("${name} is not in this bundle: see scripts/slim-packages.mjs"); }`;
}
