import type { Reporter, TestModule, TestSuite } from "vitest/node";

import { describeRun } from "./describe-run.js";

/**
 * Prints `N passed, N failed, N skipped`, plain, as the very last line of a run: what CI reads. Before it stand the slow
 * files, the skipped tests and the failed ones.
 *
 * A file that does not load, a suite whose hook fails and an error that no test caught count as one failure each, and
 * so does a run that fails without any of them (a global setup that throws, no test found): a run that failed never
 * says "0 failed".
 */
export default class ClosingLineReporter implements Reporter {
  readonly #count = { passed: 0, failed: 0, skipped: 0 };
  #description = "";

  onInit(): void {
    // After every other reporter, and after whatever a global teardown prints.
    process.once("exit", (exitCode) => {
      const { passed, failed, skipped } = this.#count;
      const counted = exitCode === 0 ? failed : Math.max(failed, 1);
      process.stdout.write(`${this.#description}${passed} passed, ${counted} failed, ${skipped} skipped\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.#description = describeRun(modules);
    const count = Object.assign(this.#count, { passed: 0, failed: unhandledErrors.length, skipped: 0 });
    for (const module of modules) {
      for (const group of [module, ...module.children.allSuites()])
        if (failedItself(group)) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // A test that was never reached did not pass; why it was not is counted where it happened.
        count[state === "pending" ? "skipped" : state] += 1;
      }
    }
  }
}

/** An error of a file or suite that is none of its tests': it did not load, or a hook failed. */
function failedItself(group: TestModule | TestSuite): boolean {
  return group.errors().length > 0;
}
