/** Measures `batch-outputs grep` beside peers that download everything, which ripgrep (`rg`) then searches. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { alternate } from "../harness/alternate.mjs";
import { outputFile } from "../harness/measure.mjs";
import { options, scaled } from "../harness/options.mjs";
import { figuresOf, keepSection } from "../harness/results.mjs";
import { containerUrlOf, startSink } from "../harness/start-sink.mjs";
import { comparison } from "../harness/table.mjs";
import { folder } from "../harness/workspace.mjs";
import { azcopy } from "../peers/azcopy.mjs";
import { isThere } from "../peers/is-there.mjs";
import { rclone } from "../peers/rclone.mjs";

/** @typedef {import("../harness/alternate.mjs").Contender} Contender */

const program = join(import.meta.dirname, "../../dist/cli/batch-outputs.js");
const downloads = join(folder, "searched");
/** Contents are lines of characters from " " to "_": a few lines have this. */
const pattern = "ABC";

/** Downloads to a folder, and searches it. @param {Contender} peer @returns {Contender} */
function thenRipgrep({ name, command, env }) {
  const script = `"$@" >&2 && rg --text --no-ignore --hidden --count '${pattern}' '${downloads}'`;
  return {
    name: `${name}, then ripgrep`,
    command: (url) => ["sh", "-c", script, "sh", ...command(url, downloads)],
    ...(env && { env }),
  };
}

/** @type {Contender} */
const ours = {
  name: "this package",
  command: (url) => [
    ...[process.execPath, program, "grep", "--count", "--kind", "TaskOutput", "--no-progress"],
    ...[pattern, "--container-url", url],
  ],
};

/** The number of matching lines, which is the same for everybody. */
function countFound() {
  const lines = readFileSync(outputFile, "utf8").trim().split("\n");
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(":") + 1)), 0);
}

/** @param {string} name @param {string} title @param {number} count @param {number} bytes */
async function run(name, title, count, bytes) {
  // The sink has no digest of a content of 5 GiB, without which azcopy checks none.
  const copies = [...rclone("down"), ...azcopy("down").filter((peer) => !peer.name.includes("with digests"))];
  const peers = isThere(["rg", "--version"]) ? copies.map(thenRipgrep) : [];
  const sink = await startSink();
  /** @type {number | undefined} */
  let expected;
  try {
    const rows = await alternate([ours, ...(options.isQuick ? peers.slice(0, 1) : peers)], {
      hasTrial: true,
      before: async ({ command }) => {
        rmSync(downloads, { recursive: true, force: true });
        mkdirSync(downloads);
        return command(containerUrlOf(sink, `known-${count}-${bytes}-${Math.min(count, 100)}`), folder);
      },
      after: async () => {
        const found = countFound();
        expected ??= found;
        if (found !== expected || found === 0) throw new Error(`${found} lines were found, not ${expected}`);
      },
    });
    await keepSection(name, {
      title,
      tables: comparison(rows, { items: (count * bytes) / 2 ** 20, rate: "MiB/s", ratePerItem: 1 }),
      figures: figuresOf(rows, count),
    });
  } finally {
    rmSync(downloads, { recursive: true, force: true });
    await sink.stop();
  }
}

const kibibyte = 1_024;

/** @type {import("../run.mjs").BenchWork[]} */
export const searchWorks = [
  {
    name: "grep-many",
    run: () => run("grep-many", "grep: 10,000 logs of 64 KiB", scaled(10_000), 64 * kibibyte),
  },
  {
    name: "grep-large",
    run: () => run("grep-large", "grep: one log of 5 GiB", 1, scaled(5 * kibibyte) * kibibyte ** 2),
  },
];
