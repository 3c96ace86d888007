/** Parses the options of `npm run bench`. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    only: { type: "string", multiple: true, default: [] },
    runs: { type: "string" },
    scale: { type: "string" },
    budget: { type: "string", default: "150" },
    node: { type: "string", multiple: true, default: [] },
    beside: { type: "string", multiple: true, default: [] },
  },
});

export const options = {
  /** One benchmark of each kind with 5 % of its items, one run, and the main peers only: a check that the benchmarks work. */
  isQuick: values.quick,
  /** Runs benchmarks whose name contains one of these; all if empty. */
  only: values.only,
  /** Number of counted runs of each program. */
  runs: Number(values.runs ?? (values.quick ? 1 : 5)),
  /** Factor for the numbers of files and blobs. */
  scale: Number(values.scale ?? (values.quick ? 0.05 : 1)),
  /** Seconds for one program in one benchmark: a slower program gets fewer runs, but at least one. */
  budgetSeconds: Number(values.budget),
  /** Paths of other Node.js executables to start the command line with. */
  nodes: values.node,
  /** Folders of built checkouts of this repository to compare this one with; then no other peer takes part in transfers and listings. */
  besides: values.beside.map((folder) => resolve(folder)),
};

/** Whether the results are complete enough to be written to bench/. */
export const isWhole = options.scale === 1 && options.besides.length === 0;

/** A count of items in this run. @param {number} count */
export function scaled(count) {
  return Math.max(1, Math.round(count * options.scale));
}
