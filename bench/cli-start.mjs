/**
 * What one start of the command line costs, whole process: `--version` beside `node -e 0`, one save of 8 KiB, one list of 20
 * outputs; and the same work by other programs where they are installed. Against an Azurite in memory, in alternating runs.
 *
 *     npm run build && node bench/cli-start.mjs [--rounds 15] [--node /path/to/another/node]... [--azcopy /path/to/azcopy] [--program PATH]
 *
 * Prints a Markdown table for bench/RESULTS.md: medians of wall and processor time, the least of both, which a busy machine
 * disturbs least, and how many times the same Node.js's `node -e 0` the medians and the least are.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, cpus, loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    node: { type: "string", multiple: true, default: [] },
    azcopy: { type: "string", default: "azcopy" },
    program: { type: "string", default: "dist/cli/batch-outputs.js" },
  },
});
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), "cli-start-"));
const program = resolve(values.program);

/** @typedef {{ name: string, work: string, command: readonly string[], bare?: string }} Candidate */

/** Wall and processor seconds of a command, by bash, which waits for it and asks the system. @param {readonly string[]} command */
function measure(command) {
  const script = 'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>"$ERRORS"';
  const errors = join(folder, "errors.txt");
  const { stderr, status } = spawnSync("bash", ["-c", script, "bash", ...command], {
    encoding: "utf8",
    env: { ...environment, ERRORS: errors },
  });
  if (status !== 0) throw new Error(`${command.join(" ").slice(0, 80)} failed: see ${errors}`);
  const [wall = 0, user = 0, system = 0] = stderr.trim().split(/\s+/).slice(-3).map(Number);
  return { wall, processor: user + system };
}

/** @param {readonly number[]} numbers */
function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** The first line that a program says of its version; undefined where it is not installed. @param {readonly string[]} command */
function versionOf([command = "", ...parameters]) {
  const { stdout, status } = spawnSync(command, parameters, { encoding: "utf8" });
  return status === 0 ? stdout.trim().split("\n")[0] : undefined;
}

const azuriteScript = createRequire(import.meta.url).resolve("azurite/dist/src/blob/main.js");
const azurite = spawn(
  process.execPath,
  [
    azuriteScript,
    ..."--silent --disableTelemetry --skipApiVersionCheck --inMemoryPersistence --blobPort 0".split(" "),
  ],
  { stdio: ["ignore", "pipe", "inherit"] },
);
let greeting = "";
while (!/listens on/.test(greeting)) {
  const heard = /** @type {unknown[]} */ (await once(azurite.stdout, "data"));
  greeting += String(heard[0]);
}
const endpoint = `http://127.0.0.1:${/listens on \S+:(\d+)/.exec(greeting)?.[1] ?? ""}/devstoreaccount1`;
// The account and key that every Azurite has, published by Microsoft.
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const connectionString = `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${key};BlobEndpoint=${endpoint};`;
const job = { AZ_BATCH_JOB_ID: "start", AZ_BATCH_TASK_ID: "t1" };
const ours = [process.execPath, program];
const base = {
  PATH: process.env["PATH"],
  HOME: folder,
  AZURE_CONFIG_DIR: folder,
  AZCOPY_LOG_LOCATION: folder,
  AZCOPY_JOB_PLAN_LOCATION: folder,
};
const account = { ...base, ...job, AZURE_STORAGE_CONNECTION_STRING: connectionString };
/** @param {readonly string[]} parameters */
const prepareWith = (parameters) =>
  execFileSync(process.execPath, [program, ...parameters], {
    env: account,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
prepareWith(["prepare"]);
const containerUrl = prepareWith(["url", "--permissions", "racwdl"]);
const environment = {
  ...base,
  ...job,
  AZURE_BATCH_OUTPUTS_CONTAINER_URL: containerUrl,
  RCLONE_AZUREBLOB_SAS_URL: containerUrl,
  RCLONE_CONFIG: "",
};

const file = join(folder, "small.bin");
writeFileSync(file, Buffer.alloc(8 * 1024, 7));
for (let index = 0; index < 20; index += 1)
  prepareWith(["save", "TaskOutput", file, "--destination", `${index}.bin`]);
const blob = "t1/$TaskOutput/small.bin";
const blobUrl = containerUrl.replace("?", `/${encodeURI(blob)}?`);
const container = new URL(containerUrl).pathname.split("/").at(-1) ?? "";

/** @type {Candidate[]} */
const candidates = [
  { name: "node -e 0", work: "start", command: [process.execPath, "-e", "0"] },
  { name: "batch-outputs", work: "start", command: [...ours, "--version"] },
  {
    name: "batch-outputs",
    work: "save",
    command: [...ours, "save", "TaskOutput", file, "--destination", "small.bin"],
  },
  { name: "batch-outputs", work: "list", command: [...ours, "list", "--json"] },
];
const versions = [`Node.js ${process.versions.node}`];
for (const node of values.node) {
  const version = versionOf([node, "--version"]) ?? "";
  versions.push(`Node.js ${version.slice(1)}`);
  const bare = `node ${version} -e 0`;
  candidates.push(
    { name: bare, bare, work: `start, ${version}`, command: [node, "-e", "0"] },
    {
      name: `batch-outputs, ${version}`,
      bare,
      work: `start, ${version}`,
      command: [node, program, "--version"],
    },
    {
      name: `batch-outputs, ${version}`,
      bare,
      work: `save, ${version}`,
      command: [node, program, "save", "TaskOutput", file, "--destination", "small.bin"],
    },
  );
}
const peers = [
  {
    name: "rclone",
    version: versionOf(["rclone", "version"]),
    start: ["rclone", "version"],
    save: ["rclone", "copyto", "--no-check-dest", file, `:azureblob:${container}/${blob}`],
    list: ["rclone", "lsjson", "--recursive", `:azureblob:${container}/t1`],
  },
  {
    name: "azcopy",
    version: versionOf([values.azcopy, "--version"]),
    start: [values.azcopy, "--version"],
    save: [values.azcopy, "copy", file, blobUrl, "--from-to", "LocalBlob"],
    list: [values.azcopy, "list", containerUrl, "--location", "Blob"],
  },
  {
    name: "az",
    version: versionOf(["az", "version", "--query", '"azure-cli"', "--output", "tsv"]),
    start: ["az", "--version"],
    save: [
      ..."az storage blob upload --overwrite --only-show-errors --file".split(" "),
      file,
      "--blob-url",
      blobUrl,
    ],
    list: [
      ..."az storage blob list --only-show-errors --container-name".split(" "),
      container,
      "--connection-string",
      connectionString,
    ],
  },
];
for (const { name, version, start, save, list } of peers) {
  if (version === undefined) continue;
  versions.push(`${name} ${version.replace(/^\D+/, "")}`);
  candidates.push(
    { name, work: "start", command: start },
    { name, work: "save", command: save },
    { name, work: "list", command: list },
  );
}

try {
  /** @type {Map<Candidate, { wall: number, processor: number }[]>} */
  const measured = new Map(candidates.map((candidate) => [candidate, []]));
  const loadBefore = loadavg()[0] ?? 0;
  for (const { command } of candidates) measure(command);
  for (let round = 0; round < rounds; round += 1) {
    // az takes a second or more for each: a third of the rounds tell enough.
    for (const candidate of candidates)
      if (candidate.name !== "az" || round % 3 === 0)
        measured.get(candidate)?.push(measure(candidate.command));
  }
  const of = (/** @type {Candidate} */ candidate) => {
    const runs = measured.get(candidate) ?? [];
    const [walls, processors] = [runs.map(({ wall }) => wall), runs.map(({ processor }) => processor)];
    return [median(walls), Math.min(...walls), median(processors), Math.min(...processors)];
  };
  const ms = (/** @type {number} */ seconds) => `${Math.round(seconds * 1000)} ms`;
  const model = cpus()[0]?.model ?? "an unknown processor";
  console.log(
    `${availableParallelism()} cores (${model}), ${versions.join(", ")}; Azurite on the same machine; ${rounds} alternating runs (a third of ` +
      `them for az). Load average ${loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after.\n`,
  );
  console.log("| work | program | wall, median | least | processor, median | least | times `node -e 0` |");
  console.log("| --- | --- | ---: | ---: | ---: | ---: | --- |");
  for (const candidate of candidates.toSorted((a, b) => order(a.work) - order(b.work))) {
    const figures = of(candidate);
    const bare = of(candidates.find(({ name }) => name === (candidate.bare ?? "node -e 0")) ?? candidate);
    const ratios = figures.map((figure, index) => (figure / (bare[index] ?? NaN)).toFixed(1));
    console.log(
      `| ${candidate.work} | ${candidate.name} | ${figures.map(ms).join(" | ")} | wall ${ratios[0]} (least ${ratios[1]}), processor ${ratios[2]} (${ratios[3]}) |`,
    );
  }
} finally {
  azurite.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} work */
function order(work) {
  return ["start", "save", "list"].indexOf(work.split(",")[0] ?? "") * 10 + (work.includes(",") ? 1 : 0);
}
