/**
 * Makes `build/batch-outputs`: the command line with Node.js inside, for machines without Node.js, for the system and processor
 * of this machine (docs/guides/ship-as-application-package.md). Node.js calls it a single executable application.
 *
 * `--target` makes it for another system and processor, with Node.js of the same version from npm: `linux-x64`,
 * `linux-arm64`, or `win-x64` (`build/batch-outputs.exe`). For macOS it is built on macOS, whose `codesign` has to sign it.
 * `--outdir` names another folder than `build`.
 *
 * The tests of the command line run on it, too: `BATCH_OUTPUTS_BINARY=build/batch-outputs npx vitest run --project cli`.
 */
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { licenseOfNode, licensesOf } from "./licenses-of.mjs";
import { fetchNode, ownTarget, targets } from "./node-for-target.mjs";
import { slimPackages } from "./slim-packages.mjs";

const { target, outdir } = parseArgs({
  options: {
    target: { type: "string", default: ownTarget },
    outdir: { type: "string", default: "build" },
  },
}).values;
const isCross = target !== ownTarget;
const fetched = targets.find((name) => name === target);
if (isCross && fetched === undefined)
  throw new Error(`--target must be ${targets.join(", ")}, or that of this machine, ${ownTarget}`);
const isMac = target.startsWith("darwin");
const binary = join(outdir, target.startsWith("win") ? "batch-outputs.exe" : "batch-outputs");
const script = join(outdir, "batch-outputs.cjs");
const config = join(outdir, "sea-config.json");
const blob = join(outdir, "batch-outputs.blob");

// In a fresh clone, the page has to be built first.
if (!existsSync("dist/viewer/page/index.html")) {
  const shell = process.platform === "win32";
  execFileSync("npm", ["run", "build:page"], { stdio: ["ignore", "ignore", "inherit"], shell });
}
await mkdir(outdir, { recursive: true });
await rm(binary, { force: true });

// One file, and CommonJS: what Node.js starts from within an executable. Entra ID is inside: nothing can be installed beside it.
const { metafile } = await build({
  stdin: {
    contents: 'import { main } from "./src/cli/main.ts"; void main(process.argv.slice(2));',
    resolveDir: ".",
    sourcefile: "binary.ts",
  },
  outfile: script,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: `node${process.versions.node}`,
  minify: true,
  // A module of the executable has no address of its own; what asks for one looks for packages beside it.
  define: { "import.meta.url": "addressOfBinary" },
  banner: { js: 'const addressOfBinary = require("node:url").pathToFileURL(process.execPath).href;' },
  legalComments: "none",
  plugins: [slimPackages],
  metafile: true,
  logLevel: "warning",
  // load-sdk.ts asks whether there is an `import.meta.resolve`.
  logOverride: { "empty-import-meta": "silent" },
});

// The viewer's page goes in as one asset; src/cli/view/page-folder.ts takes it out.
const page = join(outdir, "viewer-page.json");
const pageFiles = await readdir("dist/viewer/page", { recursive: true, withFileTypes: true });
const contents = pageFiles
  .filter((entry) => entry.isFile())
  .map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    const address = relative("dist/viewer/page", path).replaceAll("\\", "/");
    return [address, await readFile(path, "base64")];
  });
await writeFile(page, JSON.stringify(Object.fromEntries(await Promise.all(contents))));

await writeFile(
  config,
  // No warning of Node.js's own belongs in a task's log; compiled ahead, it starts faster. What V8 compiled for one
  // processor and system is not for another.
  JSON.stringify({
    main: script,
    output: blob,
    disableExperimentalSEAWarning: true,
    useCodeCache: !isCross,
    assets: { "viewer-page": page },
  }),
);
execFileSync(process.execPath, ["--experimental-sea-config", config], { stdio: "pipe" });

await copyFile(
  isCross && fetched !== undefined ? await fetchNode(fetched, process.versions.node) : process.execPath,
  binary,
);
await chmod(binary, 0o755);
// The names of functions inside Node.js serve its own debuggers only: 12 to 30 MB. The strip of this machine knows its own processor.
if (process.platform === "linux" && !isCross && isInstalled("strip")) execFileSync("strip", [binary]);
// A signature does not survive what follows; systems that ask for one get one of their own.
if (isMac) execFileSync("codesign", ["--remove-signature", binary]);
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const injection = [binary, "NODE_SEA_BLOB", blob, "--sentinel-fuse", fuse];
if (isMac) injection.push("--macho-segment-name", "NODE_SEA");
const postject = fileURLToPath(import.meta.resolve("postject/dist/cli.js"));
// What it says of sections that it does not know means nothing; when it fails, it stands in the error.
execFileSync(process.execPath, [postject, ...injection], { stdio: "pipe" });
if (isMac) execFileSync("codesign", ["--sign", "-", binary]);

await writeFile(
  join(outdir, "third-party-licenses.txt"),
  [
    await licenseOfNode(),
    await licensesOf(Object.keys(metafile.inputs)),
    await readFile("dist/viewer/page/third-party-licenses.txt", "utf8"),
  ].join(`\n${"-".repeat(80)}\n\n`),
);
for (const path of [script, config, blob, page]) await rm(path);
console.log(binary);

/** @param {string} program */
function isInstalled(program) {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}
