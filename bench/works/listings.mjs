/** Measures listings against the sink: of the whole job, and of each task. */
import { openSink } from "../harness/open-sink.mjs";
import { scaled } from "../harness/options.mjs";
import { measureTransfer } from "../harness/transfer.mjs";

const small = { bytes: 8_192, tasks: scaled(1_000) };
/** @type {import("../harness/transfer.mjs").Work[]} */
const listings = [
  { name: "list-100000", title: "Listing", kind: "list", count: scaled(100_000), ...small },
  { name: "list-1000000", title: "Listing, large", kind: "list", count: scaled(1_000_000), ...small },
  {
    ...{ name: "list-by-task", title: "Listing, task by task", kind: "list-by-task" },
    ...{ count: scaled(100_000), ...small },
  },
];

/** @type {import("../run.mjs").BenchWork[]} */
export const listingWorks = listings.map((work) => ({
  name: work.name,
  run: () => measureTransfer(work, openSink),
}));
