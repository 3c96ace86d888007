/** Measures how the cost per item changes while the number of items doubles four times: processor time above that of one item. */
import { alternate, medianOf } from "../harness/alternate.mjs";
import { sourceFolder } from "../harness/contents.mjs";
import { openSink } from "../harness/open-sink.mjs";
import { scaled } from "../harness/options.mjs";
import { drawPanels } from "../harness/plot.mjs";
import { keepSection, writePicture } from "../harness/results.mjs";
import { figure, table } from "../harness/table.mjs";
import { folder } from "../harness/workspace.mjs";
import { client } from "../peers/peers.mjs";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const doublings = [1, 2, 4, 8, 16];
const works = [
  { title: "files of 8 KiB up", kind: /** @type {const} */ ("up"), first: scaled(2_500), tasks: 1 },
  { title: "files of 8 KiB down", kind: /** @type {const} */ ("down"), first: scaled(2_500), tasks: 1 },
  { title: "blobs listed", kind: /** @type {const} */ ("list"), first: scaled(62_500), tasks: 100 },
];

/** @typedef {{ title: string, points: { count: number, microseconds: number, peakMiB: number, seconds: number }[] }} Curve */

/** @param {(typeof works)[number]} work @returns {Promise<Curve>} */
async function curveOf({ title, kind, first, tasks }) {
  const counts = [1, ...doublings.map((times) => times * first)];
  const target = join(folder, "grown");
  /** @type {Map<string, number>} */
  const countOf = new Map(counts.map((count) => [`${title}, ${count.toLocaleString("en")}`, count]));
  /** @type {Awaited<ReturnType<typeof openSink>> | undefined} */
  let server;
  const contenders = [...countOf.keys()].map((name) => ({ name, command: client("ours", kind) }));
  const rows = await alternate(contenders, {
    hasTrial: false,
    before: async ({ name, command }) => {
      const count = countOf.get(name) ?? 0;
      await server?.close();
      const work = { name, title, kind, count, bytes: 8_192, tasks: Math.min(tasks, count) };
      server = await openSink(work, false);
      rmSync(target, { recursive: true, force: true });
      mkdirSync(target);
      return command(server.containerUrl, kind === "up" ? sourceFolder(count, 8_192) : target);
    },
    after: async () => {
      await server?.requireRight();
    },
  });
  await server?.close();
  rmSync(target, { recursive: true, force: true });
  const [single, ...others] = rows;
  const startUp = single ? medianOf(single, "cpuSeconds") : Number.NaN;
  const points = others.map((row) => {
    const count = countOf.get(row.who) ?? 0;
    return {
      count,
      microseconds: ((medianOf(row, "cpuSeconds") - startUp) * 1e6) / count,
      seconds: medianOf(row, "seconds"),
      peakMiB: Math.max(...row.runs.map(({ peakMiB }) => peakMiB)),
    };
  });
  return { title, points };
}

async function run() {
  const curves = [];
  for (const work of works) curves.push(await curveOf(work));
  /** @type {Record<string, number>} */
  const figures = {};
  const rows = curves.flatMap(({ title, points }) => {
    const least = points[0]?.microseconds ?? Number.NaN;
    figures[`${title} ratio`] = (points.at(-1)?.microseconds ?? Number.NaN) / least;
    return points.map(({ count, microseconds, seconds, peakMiB }) => [
      title,
      count.toLocaleString("en"),
      seconds.toFixed(2),
      microseconds.toFixed(1),
      figure(microseconds / least),
      peakMiB.toFixed(0),
    ]);
  });
  figures["this package peakMiB"] = Math.max(
    ...curves.flatMap(({ points }) => points.map(({ peakMiB }) => peakMiB)),
  );
  const panels = curves.map(({ title, points }) => ({
    title: `${title}: processor µs for each`,
    points: points.map(({ count, microseconds }) => ({
      label: count.toLocaleString("en"),
      value: microseconds,
    })),
  }));
  writePicture("growth.svg", drawPanels(panels));
  const head = ["work", "items", "median, s", "processor µs an item", "times the first", "peak MiB"];
  await keepSection("growth", {
    title: "Growth: the work doubles",
    text: "This package alone. Processor time of an item is what a process needs beyond one with a single item.",
    tables: `![Processor time for each item as the work doubles](growth.svg)\n\n${table(head, rows)}`,
    figures,
  });
}

/** @type {import("../run.mjs").BenchWork[]} */
export const growthWorks = [{ name: "growth", run }];
