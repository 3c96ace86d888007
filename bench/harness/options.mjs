/** What `npm run bench -- ...` was asked for. */
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    runs: { type: "string" },
    scale: { type: "string" },
    budget: { type: "string", default: "150" },
    node: { type: "string", multiple: true, default: [] },
  },
});

export const options = {
  /** A twentieth of one work of each sort, one run, the main peers: it shows that the benchmark works, and no more. */
  isQuick: values.quick,
  /** Works whose name has one of these; all where there is none. */
  only: values.only,
  /** Counted runs of each. */
  runs: Number(values.runs ?? (values.quick ? 1 : 5)),
  /** What counts of files and blobs are multiplied with. */
  scale: Number(values.scale ?? (values.quick ? 0.05 : 1)),
  /** Seconds for one peer and one work: who is slower gets fewer runs, at least one. */
  budgetSeconds: Number(values.budget),
  /** Other Node.js programs to start the command line with. */
  nodes: values.node,
};

/** Whether figures are worth keeping. */
export const isWhole = options.scale === 1;

/** A count of items in this run. @param {number} count */
export function scaled(count) {
  return Math.max(1, Math.round(count * options.scale));
}
