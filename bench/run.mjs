/**
 * `npm run bench` runs all benchmarks and writes tables into bench/RESULTS.md. `-- --quick` checks in a few minutes that they
 * work; `--only NAME` (repeatable) runs the benchmarks whose name contains NAME; for `--runs N`, `--scale X` and
 * `--budget SECONDS` see harness/options.mjs. `-- --only targets` only rewrites the table of targets.
 */
import { isWhole, options } from "./harness/options.mjs";
import { keepMachine } from "./harness/machine.mjs";
import { keepTargets } from "./harness/targets.mjs";
import { appendWorks } from "./works/appends.mjs";
import { commandLineWorks } from "./works/command-line.mjs";
import { executableWorks } from "./works/executables.mjs";
import { growthWorks } from "./works/growth.mjs";
import { listingWorks } from "./works/listings.mjs";
import { azuriteWorks } from "./works/on-azurite.mjs";
import { searchWorks } from "./works/search.mjs";
import { spotWatchWorks } from "./works/spot-watch.mjs";
import { throttlingWorks } from "./works/throttling.mjs";
import { transferWorks } from "./works/transfers.mjs";
import { viewerWorks } from "./works/viewer.mjs";

/** @typedef {{ name: string, run: () => Promise<void> }} BenchWork */

const works = [
  ...transferWorks,
  ...listingWorks,
  ...appendWorks,
  ...commandLineWorks,
  ...executableWorks,
  ...spotWatchWorks,
  ...searchWorks,
  ...viewerWorks,
  ...growthWorks,
  ...throttlingWorks,
  ...azuriteWorks,
];

/** One benchmark of each kind: the others run the same programs with other numbers. */
const quickWorks = [
  ...["up-small", "down-small", "up-large", "down-large", "list-100000", "appends", "command-save"],
  "grep-many",
  ...["viewer", "growth", "throttling", "azurite-up", "azurite-list"],
];

const isWanted = (/** @type {BenchWork} */ { name }) =>
  options.only.length > 0
    ? options.only.some((part) => name.includes(part))
    : !options.isQuick || quickWorks.includes(name);

const start = performance.now();
for (const { name, run } of works.filter(isWanted)) {
  const before = performance.now();
  process.stderr.write(`${name}\n`);
  try {
    await run();
  } catch (error) {
    // A failed benchmark does not stop the others.
    process.stderr.write(`${name} failed: ${error instanceof Error ? (error.stack ?? "") : String(error)}\n`);
    process.exitCode = 1;
  }
  process.stderr.write(`  ${((performance.now() - before) / 1_000).toFixed(0)} s\n`);
}
await keepMachine();
// The targets are defined for a run at full scale.
if (isWhole) await keepTargets();
process.stderr.write(`All of it: ${((performance.now() - start) / 60_000).toFixed(1)} minutes\n`);
