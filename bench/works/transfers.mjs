/** Measures uploads and downloads of files against the sink. */
import { openSink } from "../harness/open-sink.mjs";
import { options, scaled } from "../harness/options.mjs";
import { measureTransfer } from "../harness/transfer.mjs";

const KiB = 1_024;
const MiB = 1_024 * KiB;
const large = options.scale === 1 ? 1_024 * MiB : 256 * MiB;
const ways = /** @type {const} */ (["up", "down"]);

/** @type {import("../harness/transfer.mjs").Work[]} */
const transfers = [
  ...ways.map((kind) => ({
    ...{ name: `${kind}-2000-small`, title: `Small files ${kind}, few`, kind },
    ...{ count: scaled(2_000), bytes: 8 * KiB, isSmall: true },
  })),
  ...ways.map((kind) => ({
    ...{ name: `${kind}-small`, title: `Small files ${kind}`, kind },
    ...{ count: scaled(20_000), bytes: 8 * KiB },
  })),
  ...ways.map((kind) => ({
    ...{ name: `${kind}-medium`, title: `Files of some MiB ${kind}`, kind },
    ...{ count: scaled(200), bytes: 2 * MiB },
  })),
  ...ways.map((kind) => ({
    ...{ name: `${kind}-large`, title: `A large file ${kind}`, kind, count: 1, bytes: large },
  })),
];

/** @type {import("../run.mjs").BenchWork[]} */
export const transferWorks = transfers.map((work) => ({
  name: work.name,
  run: () => measureTransfer(work, openSink),
}));
