import { bundlers } from "./bundlers.mjs";
import { runCommand, saveAndRead, view } from "./try-command-line.mjs";
import { compile, importPackage, installPackage, requirePackage } from "./try-library.mjs";
import { runBundle, runJest, runVitest } from "./try-tools.mjs";

/**
 * Where a check runs.
 *
 * @typedef {object} Context
 * @property {import("./runtimes.mjs").Runtime} runtime
 * @property {string} tarball the package
 * @property {string} project a project in which the package and the tools are installed
 * @property {string} folder an empty folder of the check in this project
 * @property {import("../../bench/harness/start-azurite.mjs").Azurite} azurite
 */

/**
 * One row of the table. `run` fails with an `Error` if it does not work.
 *
 * @typedef {object} Check
 * @property {string} name as it is shown, in Markdown
 * @property {(context: Context) => Promise<void>} run
 * @property {boolean} [isOnce] whether its result in one runtime is that in all: a compiler's does not depend on what runs it
 * @property {readonly string[]} [packages] what the project needs for it
 * @property {Documented} [documented] where it is known not to work
 */

/**
 * @typedef {object} Documented
 * @property {readonly string[]} kinds of runtimes
 * @property {RegExp} message what they report
 * @property {string} note what to do instead, in Markdown
 */

const compiler = ["typescript@6", "@types/node@20"];

/** @type {readonly Check[]} */
export const checks = [
  {
    name: "install",
    run: installPackage,
    documented: {
      kinds: ["deno"],
      // Deno links the tarball, and does not unpack it.
      message: /ENOTDIR/,
      note: "Deno links a tarball in place of unpacking it: use `npm install`, whose packages it reads",
    },
  },
  { name: "`import`", run: importPackage },
  { name: "`require`", run: requirePackage },
  ...["node16", "node18", "nodenext"].map((module) => ({
    name: `types of an ES module, \`${module}\``,
    packages: compiler,
    isOnce: true,
    run: (/** @type {Context} */ context) => compile(context, "program.mts", { module }),
  })),
  ...["node16", "node18"].map((module) => ({
    name: `types of a CommonJS file, \`${module}\``,
    packages: compiler,
    isOnce: true,
    run: (/** @type {Context} */ context) => compile(context, "program.cts", { module }),
    documented: {
      kinds: ["node", "bun", "deno"],
      message: /TS1479/,
      note: "error TS1479; use `nodenext`, or `await import()`",
    },
  })),
  {
    name: "types of a CommonJS file, `nodenext`",
    packages: compiler,
    isOnce: true,
    run: (context) => compile(context, "program.cts", { module: "nodenext" }),
  },
  {
    name: "types, `bundler`",
    packages: compiler,
    isOnce: true,
    run: (context) => compile(context, "program.ts", { module: "esnext", moduleResolution: "bundler" }),
  },
  {
    name: "types, `commonjs`",
    packages: compiler,
    isOnce: true,
    run: (context) => compile(context, "program.cts", { module: "commonjs", moduleResolution: "bundler" }),
  },
  ...Object.entries(bundlers).map(([bundler, { packages }]) => ({
    name: bundler,
    packages,
    run: (/** @type {Context} */ context) => runBundle(context, bundler),
    documented: {
      kinds: ["bun", "deno"],
      // To recognize a credential, the library asks which copy of the SDK is loaded.
      message: /of the same copy of @azure\/storage-blob|"@azure\/storage-blob" not a dependency/,
      note: "a bundle does not recognize a `StorageSharedKeyCredential` there: use a connection string, with which it runs",
    },
  })),
  { name: "vitest", packages: ["vitest@4", "vite@8"], run: runVitest },
  { name: "jest", packages: ["jest@30", "@jest/globals@30"], run: runJest },
  { name: "`batch-outputs run`", run: runCommand },
  { name: "`batch-outputs save`, `list`, `cat`, `download`", run: saveAndRead },
  { name: "`batch-outputs view`", run: view },
];
