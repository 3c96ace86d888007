/**
 * `npm run check`: all checks of this repository except its tests.
 *
 * All checks run, two at a time, even if one has failed, so that one run reports all problems.
 * `npm run check -- lint floors` runs those two (and the build, if they need it). Each command works alone: npm exec -c 'COMMAND'.
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} command
 * @property {boolean} [needsBuild] reads dist/, as examples do, which import the package by its name
 * @property {boolean} [warns] what it prints is shown when it passes too
 * @property {string} [mend] what to run, or where to look, when it fails
 */

/** @type {Check} */
const build = {
  name: "build",
  // As `npm run build` does, so that the checks read what users get, and dist/ can be used afterwards.
  command:
    "tsc -p tsconfig.build.json && node scripts/bundle-library.mjs && npm run build:page && node scripts/bundle-cli.mjs",
};

/** @type {Check[]} */
const checks = [
  // The only rule that warns is the length of a file: see eslint.config.js.
  { name: "lint", command: "eslint --concurrency=2 .", needsBuild: true, warns: true },
  { name: "format", command: "prettier --check --log-level warn .", mend: "npm run format" },
  { name: "types", command: "tsc -p tsconfig.json" },
  {
    name: "types-page",
    command: "tsc -p src/viewer/web/tsconfig.json && tsc -p test/viewer/tsconfig.json",
    mend: "the viewer's page runs in a browser: the DOM, and nothing of Node.js",
  },
  { name: "types-examples", command: "tsc -p examples/tsconfig.json", needsBuild: true },
  {
    name: "types-conventions",
    command: "tsc -p tsconfig.conventions.json",
    mend: "conventions and core/browser.ts may use nothing but the language: no Node.js, no browser",
  },
  {
    name: "floors",
    command:
      'depcruise --config .dependency-cruiser.mjs --output-type err-long "{src,test,examples,bench,scripts}/**/*.{ts,tsx,mjs}"',
    needsBuild: true,
    mend: "the table of floors is in .dependency-cruiser.mjs and ARCHITECTURE.md",
  },
  {
    name: "architecture",
    command: "node scripts/architecture.mjs --check",
    mend: "npm run architecture",
  },
  {
    name: "words",
    command: "node scripts/check-words.mjs",
    mend: "the list of words is in scripts/check-words.mjs",
  },
  { name: "unused", command: "knip", needsBuild: true },
  {
    name: "licenses",
    command: "node scripts/check-licenses.mjs",
    needsBuild: true,
    mend: "read the licence, then change the lists in scripts/check-licenses.mjs",
  },
  {
    name: "api",
    command: "node scripts/api-reports.mjs",
    needsBuild: true,
    mend: "npm run api:update",
  },
  {
    name: "package",
    // One tarball, made of what is built, is what users would install: both tools look into it.
    command:
      "npm pack --loglevel error --ignore-scripts --pack-destination temp && publint --strict temp/*.tgz && " +
      "attw --profile esm-only temp/*.tgz",
    needsBuild: true,
  },
  { name: "workflows", command: "node scripts/lint-workflows.mjs" },
  {
    name: "size",
    command: "size-limit",
    needsBuild: true,
    mend: "the budget is in .size-limit.json: a page that imports conventions pays for every byte",
  },
];

/**
 * @param {Check} check
 * @returns {Promise<boolean>} whether it found nothing
 */
async function run({ name, command, warns = false, mend }) {
  const started = performance.now();
  const child = spawn(command, { shell: true, stdio: ["ignore", "pipe", "pipe"] });
  /** @type {Buffer[]} */
  const output = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (/** @type {Buffer} */ chunk) => output.push(chunk));
  }
  /** @type {Promise<number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject).once("close", resolve);
  });
  const passed = (await ended) === 0;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  const printed = Buffer.concat(output).toString().trim();
  if (passed && warns && printed !== "") console.log(printed);
  if (!passed) {
    console.log(`\n$ npm exec -c '${command}'\n${printed}`);
    if (mend !== undefined) console.log(`To mend: ${mend}`);
    console.log("");
  }
  return passed;
}

/** @param {string[]} names those to run; none: all */
async function main(names) {
  const unknown = names.filter((name) => ![build, ...checks].some((check) => check.name === name));
  if (unknown.length > 0) throw new RangeError(`no such check: ${unknown.join(", ")}`);
  const chosen = names.length === 0 ? checks : checks.filter(({ name }) => names.includes(name));

  mkdirSync("temp", { recursive: true });
  /** @type {string[]} */
  const failed = [];
  const built =
    names.includes(build.name) || chosen.some(({ needsBuild }) => needsBuild) ? await run(build) : true;
  if (!built) failed.push(build.name);
  const queue = [...chosen];
  const worker = async () => {
    for (let check = queue.shift(); check !== undefined; check = queue.shift()) {
      const possible = built || !check.needsBuild;
      if (!possible) console.log(`not run ${check.name}: it needs the build`);
      if (!possible || !(await run(check))) failed.push(check.name);
    }
  };
  await Promise.all([worker(), worker()]);
  console.log(failed.length === 0 ? "check: all good" : `check: FAILED: ${failed.join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
