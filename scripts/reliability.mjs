/**
 * `npm run reliability`: calls every public method and every command under every class of faults, tortures the tracking of files, saves
 * with many processes to one throttled container, and looks for credentials in all that leaves a process. It writes the figures
 * into docs/reliability.md. Takes some hours.
 *
 * `-- --part methods --part load` runs only these parts, and leaves the figures of the others as they are. `-- --only save`: only methods and
 * commands with this in their names; nothing is written then.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    part: { type: "string", multiple: true },
    only: { type: "string" },
  },
});

/**
 * @typedef {object} Cell
 * @property {string} method
 * @property {string} fault
 * @property {string} came
 * @property {string[]} wrong
 */
/** @typedef {{ rounds: number; writtenBytes: number; faults: number; wrong: number; lostAndReportedBytes: number; kills: number }} Torture */
/** @typedef {{ runs: number; failed: number; writtenBytes: number }} Simulation */
/** @typedef {{ load: true; processes: number; files: number; requests: number; refusals: number }} Load */
/** @typedef {{ canaries: number; leaks: number }} Canaries */

/** @type {(text: string) => Cell | Torture | Simulation | Load | Canaries} */
const parseLine = JSON.parse;

/** @param {string[]} files @param {string[]} projects @param {Record<string, string>} [env] */
function vitest(files, projects, env = {}) {
  const named = values.only === undefined ? [] : ["-t", values.only];
  return {
    command: [
      "npx",
      "vitest",
      "run",
      ...projects.flatMap((name) => ["--project", name]),
      ...files,
      "--reporter=dot",
      // A test runs hundreds of cells.
      "--testTimeout=7200000",
      ...named,
    ],
    env: { RELIABILITY: "whole", ...env },
  };
}

const parts = {
  methods: vitest(["test/reliability/requests.test.ts", "test/reliability/places.test.ts"], ["azurite"]),
  commands: vitest(["test/cli/command-faults.test.ts", "test/cli/command-places.test.ts"], ["cli"]),
  canaries: vitest(["test/cli/canaries.test.ts"], ["cli"]),
  load: vitest(["test/reliability/load.test.ts"], ["azurite"], { LOAD_PROCESSES: "64", LOAD_FILES: "20000" }),
  torture: {
    command: [
      "npm",
      "run",
      "torture:tracking",
      "--",
      "--first",
      "700000",
      "--rounds",
      "2000",
      "--outage",
      "60",
      "--jobs",
      "40",
    ],
    env: {},
  },
  simulation: { command: ["npm", "run", "simulate:tracking", "--", "--runs", "100000"], env: {} },
};
/** @typedef {keyof typeof parts} Part */

const names = /** @type {Part[]} */ (Object.keys(parts));
const unknown = (values.part ?? []).filter((name) => !names.some((each) => each === name));
if (unknown.length > 0) throw new RangeError(`no such part: ${unknown.join(", ")}`);
const chosen = values.part === undefined ? names : names.filter((name) => values.part?.includes(name));

/**
 * Runs a part. Gives what it reported, a line each.
 * @param {Part} part
 */
async function run(part) {
  const { command, env } = parts[part];
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const ended = /** @type {Promise<[number | null]>} */ (once(child, "close"));
  /** @type {ReturnType<typeof parseLine>[]} */
  const reports = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const start = line.search(/\{"(?:method|rounds|runs|load|canaries)":/);
    if (start < 0) process.stdout.write(`${line}\n`);
    else reports.push(parseLine(line.slice(start)));
  }
  const [status] = await ended;
  return { reports, status };
}

/** @param {Cell[]} cells */
function describeCells(cells) {
  const right = cells.filter(({ came }) => came === "right").length;
  const kinds = new Set(cells.map(({ fault }) => fault)).size;
  const callees = new Set(cells.map(({ method }) => method)).size;
  return `${callees} × ${kinds} classes of faults, ${cells.length} calls: ${right} ended right, ${cells.length - right} with an error that is true`;
}

/** @param {Cell[]} cells @param {(text: string) => boolean} matches */
function count(cells, matches) {
  return cells.filter(({ wrong }) => wrong.some(matches)).length;
}

/**
 * The row of a part: what was done, and how often it was lost, repeated, foreign, wrong, or a secret.
 * @param {Part} part
 * @param {ReturnType<typeof parseLine>[]} reports
 * @returns {(string | number)[]}
 */
function makeRow(part, reports) {
  const last = reports.at(-1);
  if (part === "methods" || part === "commands") {
    const cells = /** @type {Cell[]} */ (reports);
    const foreign = count(cells, (text) => /^(?:stored|file)/.test(text));
    const secrets = count(cells, (text) => text.includes("secret"));
    return [
      describeCells(cells),
      0,
      0,
      foreign,
      cells.filter(({ wrong }) => wrong.length > 0).length - foreign - secrets,
      secrets,
    ];
  }
  if (part === "canaries") {
    const all = /** @type {Canaries[]} */ (reports);
    const runs = all.reduce((sum, { canaries }) => sum + canaries, 0);
    return [
      `${runs} runs of commands with marked credentials`,
      0,
      0,
      0,
      0,
      all.reduce((sum, { leaks }) => sum + leaks, 0),
    ];
  }
  if (part === "load" && last !== undefined && "load" in last)
    return [
      `${last.processes} processes, ${last.files} files, ${last.requests} requests, of which ${last.refusals} were refused`,
      0,
      0,
      0,
      0,
      0,
    ];
  if (part === "torture" && last !== undefined && "rounds" in last)
    return [
      `${last.rounds} rounds, ${last.kills} kills, ${last.faults} faults, ${last.writtenBytes} bytes`,
      0,
      0,
      0,
      last.wrong,
      0,
    ];
  if (part === "simulation" && last !== undefined && "runs" in last)
    return [`${last.runs} runs, ${last.writtenBytes} bytes`, 0, 0, 0, last.failed, 0];
  throw new Error(`${part} reported nothing`);
}

const page = "docs/reliability.md";
let failed = false;
for (const part of chosen) {
  const { reports, status } = await run(part);
  if (status !== 0) failed = true;
  for (const report of reports)
    if ("method" in report)
      for (const each of report.wrong) console.log(`${report.method}: ${report.fault}: ${each}`);
  // The tests fail unless nothing is lost, repeated, foreign, wrong or a secret.
  if (values.only !== undefined || status !== 0) continue;
  const row = [
    `\`npm run reliability -- --part ${part}\``,
    ...makeRow(part, reports),
    new Date().toISOString().slice(0, 10),
  ];
  const text = await readFile(page, "utf8");
  const marker = `<!-- ${part} -->`;
  const changed = text
    .split("\n")
    .map((line) => (line.includes(marker) ? `| ${row.join(" | ")} ${marker} |` : line));
  await writeFile(page, changed.join("\n"));
}
process.exitCode = failed ? 1 : 0;
