/** Measures whole processes of the command line: printing the version, saving 8 KiB, and listing 20 outputs. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { alternate } from "../harness/alternate.mjs";
import { options } from "../harness/options.mjs";
import { figuresOf, keepSection } from "../harness/results.mjs";
import { containerUrlOf, startSink } from "../harness/start-sink.mjs";
import { comparison } from "../harness/table.mjs";
import { folder } from "../harness/workspace.mjs";
import { azAccount, azEnvironment, hasAz } from "../peers/az.mjs";
import { azcopyEnvironment, azcopyProgram } from "../peers/azcopy.mjs";
import { isThere, versionOf } from "../peers/is-there.mjs";
import { rcloneRemote } from "../peers/rclone.mjs";

/** @typedef {import("../harness/alternate.mjs").Contender} Contender */
/** @typedef {"start" | "save" | "list"} Deed */

const program = join(import.meta.dirname, "../../dist/cli/batch-outputs.js");
const file = join(folder, "small.bin");
const blob = "task-00000/$TaskOutput/small.bin";
const ourEnvironment = { AZ_BATCH_JOB_ID: "start", AZ_BATCH_TASK_ID: "task-00000" };

/** @param {string} name @param {Record<Deed, Contender["command"]>} commands @param {Partial<Contender>} [more] */
function candidate(name, commands, more = {}) {
  return (/** @type {Deed} */ deed) => ({ name, command: commands[deed], ...more });
}

/** @param {string} name @param {string} node */
function ours(name, node) {
  const saving = ["save", "TaskOutput", file, "--destination", "small.bin", "--container-url"];
  return candidate(
    name,
    {
      start: () => [node, program, "--version"],
      save: (url) => [node, program, ...saving, url],
      list: (url) => [node, program, "list", "--json", "--container-url", url],
    },
    { env: ourEnvironment },
  );
}

const otherNodes = options.nodes.map((node) =>
  ours(`this package, Node.js ${versionOf([node, "--version"]) ?? ""}`, node),
);
const rclone = candidate(
  "rclone",
  {
    start: () => ["rclone", "version"],
    save: (url) => ["rclone", "copyto", file, `${rcloneRemote(url)}/${blob}`],
    list: (url) => ["rclone", "lsjson", "--recursive", rcloneRemote(url)],
  },
  { env: { RCLONE_CONFIG: "" } },
);
const azcopy = candidate(
  "azcopy",
  {
    start: () => [azcopyProgram, "--version"],
    save: (url) => [azcopyProgram, "copy", file, url.replace("?", `/${blob}?`), "--from-to", "LocalBlob"],
    list: (url) => [azcopyProgram, "list", url, "--location", "Blob"],
  },
  { env: azcopyEnvironment },
);
const az = candidate(
  "az",
  {
    start: () => ["az", "--version"],
    save: (url) => {
      const { container, parameters } = azAccount(url);
      const target = ["--file", file, "--container-name", container, "--name", blob];
      return ["az", "storage", "blob", "upload", "--overwrite", "--no-progress", ...target, ...parameters];
    },
    list: (url) => {
      const { container, parameters } = azAccount(url);
      return ["az", "storage", "blob", "list", "--container-name", container, ...parameters];
    },
  },
  { env: azEnvironment, maxRuns: 5 },
);
const all = [
  ours("this package", process.execPath),
  ...otherNodes,
  ...(isThere(["rclone", "version"]) ? [rclone] : []),
  ...(azcopyProgram === "" ? [] : [azcopy]),
  ...(hasAz && !options.isQuick ? [az] : []),
];
const bare = ["node -e 0", process.execPath];
/** @type {Contender[]} */
const nodes = [
  bare,
  ...options.nodes.map((node) => [`node ${versionOf([node, "--version"]) ?? ""} -e 0`, node]),
].map(([name = "", node = ""]) => ({ name, command: () => [node, "-e", "0"] }));

/** @param {Deed} deed @param {string} title */
async function run(deed, title) {
  writeFileSync(file, Buffer.alloc(8 * 1_024, 7));
  const sink = await startSink();
  // Each run gets a new container, because rclone does not save an unchanged file again.
  let containers = 0;
  const container = () => (deed === "list" ? "known-20-8192-1" : `uploads-${(containers += 1)}`);
  const contenders = [...all.map((one) => one(deed)), ...(deed === "start" ? nodes : [])];
  try {
    const rows = await alternate(contenders, {
      hasTrial: true,
      runs: Math.max(options.runs * 3, 3),
      before: async ({ command }) => command(containerUrlOf(sink, container()), folder),
      after: async () => {
        const { refused, bodyBytes } = await sink.counters();
        if (refused > 0 || (deed === "save" && bodyBytes < 8 * 1_024))
          throw new Error("nothing right was saved");
      },
    });
    await keepSection(`command-${deed}`, {
      title,
      tables: comparison(rows, { items: 1, rate: "a second", ratePerItem: 1 }),
      figures: figuresOf(rows, 1),
    });
  } finally {
    await sink.stop();
  }
}

/** @type {import("../run.mjs").BenchWork[]} */
export const commandLineWorks = [
  { name: "command-start", run: () => run("start", "Command line: it prints its version") },
  { name: "command-save", run: () => run("save", "Command line: one file of 8 KiB is saved") },
  { name: "command-list", run: () => run("list", "Command line: 20 outputs are listed") },
];
