/** Runs one transfer or listing with each program in turn: first a run that checks all content, then the measured runs. */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { peersFor, sdk } from "../peers/peers.mjs";
import { alternate } from "./alternate.mjs";
import { requireSame, sourceFolder } from "./contents.mjs";
import { outputFile } from "./measure.mjs";
import { options } from "./options.mjs";
import { figuresOf, keepSection } from "./results.mjs";
import { comparison } from "./table.mjs";
import { folder } from "./workspace.mjs";

const KiB = 1_024;
const MiB = 1_024 * KiB;

/** @typedef {import("../peers/peers.mjs").Kind} Kind */
/**
 * @typedef {object} Work
 * @property {string} name of the section
 * @property {string} title
 * @property {Kind} kind
 * @property {number} count
 * @property {number} bytes of each file or blob
 * @property {number} [tasks] that the blobs of a listing belong to
 * @property {boolean} [isSmall] small enough for programs without concurrency
 * @property {boolean} [isSlowServer] the server is the limit: each program runs once with its defaults, the SDK with 32 requests at a time
 */
/**
 * A server for one run. `containerUrl` is that of an empty container for a work "up", otherwise that of the blobs which the
 * work is about; `requireRight` throws where the server has refused something as wrong.
 *
 * @typedef {(work: Work, isVerifying: boolean) => Promise<{ containerUrl: string, requireRight: () => Promise<void>, close: () => Promise<void> }>} OpenServer
 */

/** How many blobs a listing has given, in the words of each. @param {string} who */
function listedCount(who) {
  const said = readFileSync(outputFile, "utf8");
  if (who.startsWith("rclone")) return said.split("\n").length - 1;
  if (who.startsWith("azcopy")) return [...said.matchAll(/Content Length:/g)].length;
  return Number(said);
}

/** The concurrency at which the SDK is fastest, on an eighth of the work. @param {Work} work @param {OpenServer} open */
async function bestConcurrency(work, open) {
  if (work.kind === "list" || options.besides.length > 0) return 1;
  if (options.isQuick || work.isSlowServer === true) return 32;
  const isLarge = work.bytes > 8 * MiB;
  const part = isLarge ? { bytes: work.bytes / 4 } : { count: Math.ceil(work.count / 8) };
  const trial = { ...work, ...part };
  const candidates = [4, 8, 16, 32, 64].map((many) => ({ ...sdk(work.kind, many), many }));
  const rows = await alternate(candidates, { ...courseOf(trial, open), hasTrial: false, runs: 2 });
  const best = rows
    .map(({ runs }, index) => ({
      many: candidates[index]?.many ?? 0,
      seconds: Math.min(...runs.map(({ seconds }) => seconds)),
    }))
    .reduce((one, other) => (other.seconds < one.seconds ? other : one));
  process.stderr.write(`  the SDK is fastest with ${best.many} at a time\n`);
  return best.many;
}

/** @param {Work} work @param {OpenServer} open */
function courseOf(work, open) {
  const target = join(folder, "target");
  const isListing = work.kind === "list" || work.kind === "list-by-task";
  /** @type {Awaited<ReturnType<OpenServer>> | undefined} */
  let server;
  return {
    // What is listed is counted in every run; contents are looked at once.
    hasTrial: !isListing,
    /** @param {import("./alternate.mjs").Contender} contender @param {number} round */
    before: async ({ command }, round) => {
      await server?.close();
      server = await open(work, round === 0);
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target);
      return command(server.containerUrl, work.kind === "up" ? sourceFolder(work.count, work.bytes) : target);
    },
    /** @param {import("./alternate.mjs").Contender} contender @param {number} round */
    after: async ({ name }, round) => {
      if (!server) throw new Error("There is no server.");
      await server.requireRight();
      if (isListing && listedCount(name) !== work.count)
        throw new Error(`${listedCount(name)} of ${work.count} were listed`);
      if (!isListing && round === 0) {
        const files = work.kind === "up" ? sourceFolder(work.count, work.bytes) : target;
        await requireSame(files, server.containerUrl, work.bytes);
      }
      await server.close();
      server = undefined;
    },
  };
}

/** @param {Work} work */
function describe({ title, kind, count, bytes }) {
  const size = bytes >= MiB ? `${bytes / MiB} MiB` : `${bytes / KiB} KiB`;
  const many = count.toLocaleString("en");
  if (kind === "up" || kind === "down") return `${title}: ${count === 1 ? "one" : many} of ${size}`;
  return `${title}: ${many}`;
}

/** @param {Work} work @param {OpenServer} open */
export async function measureTransfer(work, open) {
  const isMoving = work.kind === "up" || work.kind === "down";
  const contenders = peersFor(work.kind, {
    sdkConcurrency: await bestConcurrency(work, open),
    isSmall: work.isSmall ?? false,
    isLarge: work.count === 1,
    isDefaultOnly: options.isQuick || work.isSlowServer === true,
  });
  const rows = await alternate(contenders, courseOf(work, open));
  const of =
    isMoving && work.bytes >= MiB
      ? { items: work.count, rate: "MiB/s", ratePerItem: work.bytes / MiB }
      : { items: work.count, rate: isMoving ? "files/s" : "blobs/s", ratePerItem: 1 };
  await keepSection(work.name, {
    title: describe(work),
    tables: comparison(rows, of),
    figures: figuresOf(rows, work.count),
  });
}
