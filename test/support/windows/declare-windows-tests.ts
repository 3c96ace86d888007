import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, inject, it } from "vitest";

import { createDisposableFolder } from "../create-disposable-folder.js";
import { conditionTimeoutInMs, hangTimeoutInMs } from "../time-limits.js";
import { runOnWindows } from "./run-on-windows.js";
import type { WindowsTestResult, WindowsTestSettings } from "./test-report.js";
import { toWindowsPath } from "./wine.js";
import type { WindowsContext } from "./windows-global-setup.js";

/** A test that is not run on Windows, and why. */
export interface SkippedOnWindows {
  /** From the package's folder. */
  readonly file: string;
  /** With the names of the suites around it, separated by ` > `. */
  readonly name: string;
  readonly reason: string;
}

/**
 * Runs test files (paths from the package's folder) under Node.js for Windows, in one process, and declares each of their
 * tests with its result. To be awaited by a test file: they run while it is loaded. Their process gets the given variables.
 */
export async function declareWindowsTests(
  files: readonly string[],
  skipped: readonly SkippedOnWindows[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const windows = inject("windows");
  if ("unavailable" in windows) {
    it("runs on Windows", (context) => {
      context.skip(windows.unavailable);
    });
    return;
  }
  if ("error" in windows) {
    it("runs on Windows", () => Promise.reject(new Error(windows.error)));
    return;
  }
  const own = skipped.filter(({ file }) => files.includes(file));
  const { results, ending } = await runTests(windows, files, own, env);
  for (const file of files) {
    describe(file, () => {
      const of = results.filter((result) => result.file === file);
      if (of.length === 0) it("runs to its end", () => Promise.reject(new Error(ending)));
      for (const result of of) declare(result, own);
      for (const { name } of own.filter((entry) => entry.file === file)) {
        if (!of.some((result) => result.name === name))
          it(`${name}: exists`, () =>
            Promise.reject(new Error("No test of this name: remove it from the list.")));
      }
    });
  }
}

function declare(result: WindowsTestResult, skipped: readonly SkippedOnWindows[]): void {
  it(result.name === "" ? "loads, and its hooks succeed" : result.name, (context) => {
    const reason = skipped.find(({ file, name }) => file === result.file && name === result.name)?.reason;
    if (result.state === "skipped") context.skip(reason ?? "the test itself leaves Windows out");
    if (result.state === "failed") throw new Error(result.errors.join("\n\n"));
  });
}

/** The results, and how the process ended, for files that have none. */
async function runTests(
  { wine, node, compiled }: Extract<WindowsContext, { readonly wine: unknown }>,
  files: readonly string[],
  skipped: readonly SkippedOnWindows[],
  variables: Readonly<Record<string, string>>,
): Promise<{ results: readonly WindowsTestResult[]; ending: string }> {
  using folder = createDisposableFolder();
  const report = join(folder.path, "report.json");
  const settings = join(folder.path, "settings.json");
  const content: WindowsTestSettings = {
    files: files.map((file) => file.replace(/\.ts$/, ".js")),
    skipped,
    provided: { azurite: inject("azurite") },
    report: toWindowsPath(report),
    testTimeoutInMs: hangTimeoutInMs,
    conditionTimeoutInMs,
  };
  writeFileSync(settings, JSON.stringify(content));
  const program = join(compiled, "test/support/windows/run-tests-program.js");
  const { status, stdout, stderr } = await runOnWindows(wine, node, [program, settings].map(toWindowsPath), {
    cwd: compiled,
    env: { ...variables, NODE_OPTIONS: `${wine.nodeOptions} --enable-source-maps` },
    // For a program that hangs as a whole: each test has a limit of its own.
    timeoutInMs: Math.max(4, files.length) * hangTimeoutInMs,
  });
  const results = existsSync(report) ? (JSON.parse(readFileSync(report, "utf8")) as WindowsTestResult[]) : [];
  return { results, ending: `The process ended with ${String(status)}.\n${stderr}\n${stdout}` };
}
