/**
 * Runs compiled test files under Node.js for Windows with vitest's own functions: `test`, the hooks, `expect`, `vi` and
 * `inject`. The program `vitest` itself loads a native module that Wine 8 cannot load.
 *
 * Argument: the path of its settings, a `WindowsTestSettings` in JSON.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { RunnerTask, RunnerTestCase, RunnerTestSuite, TestRunner as Runner } from "vitest";

import type { WindowsTestResult, WindowsTestSettings } from "./test-report.js";

const settings = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as WindowsTestSettings;

const config = {
  root: process.cwd(),
  setupFiles: [],
  passWithNoTests: false,
  testTimeout: settings.testTimeoutInMs,
  hookTimeout: settings.testTimeoutInMs,
  maxConcurrency: 5,
  includeTaskLocation: false,
  retry: 0,
  tags: [],
  allowOnly: true,
  sequence: { shuffle: false, concurrent: false, seed: 1, hooks: "stack", setupFiles: "list" },
  expect: { poll: { timeout: settings.conditionTimeoutInMs } },
  snapshotOptions: { updateSnapshot: "none", expand: false },
  experimental: { importDurations: { limit: 0 } },
  chaiConfig: {},
  fakeTimers: { loopLimit: 10_000 },
};

const worker: Record<string, unknown> = {
  ctx: { pool: "threads" },
  config,
  providedContext: settings.provided,
  environment: { name: "node" },
  durations: {},
  // For `vi.stubEnv`.
  metaEnv: process.env,
};

// vitest's functions look here for the state of the worker that they run in: it has to be there before they are loaded.
Object.assign(globalThis, { __vitest_worker__: worker });
const { expect, TestRunner } = await import("vitest");
const { startTests } = await import("vitest/internal/browser");

/** What vitest's own runner adds to the context of a test, and checks after it. */
const vitestRunner = new TestRunner(config as unknown as ConstructorParameters<typeof Runner>[0]);

const runner: Parameters<typeof startTests>[1] = {
  config: config as unknown as Parameters<typeof startTests>[1]["config"],
  importFile: (path) => import(pathToFileURL(path).href),
  extendTaskContext: (context) => vitestRunner.extendTaskContext(context),
  injectValue: (key) => settings.provided[key],
  onCollected: (files) => {
    for (const { test, name } of files.flatMap((file) => listTests(file)))
      if (isSkipped(test, name)) test.mode = "skip";
  },
  onBeforeRunTask: (test) => {
    worker["current"] = test;
  },
  onBeforeTryTask: (test) => {
    expect.setState({
      assertionCalls: 0,
      isExpectingAssertions: false,
      isExpectingAssertionsError: null,
      expectedAssertionsNumber: null,
      expectedAssertionsNumberErrorGen: null,
      currentTestName: test.name,
    });
  },
  onTestAnnotate: (_, annotation) => Promise.resolve(annotation),
  onAfterTryTask: (test) => {
    vitestRunner.onAfterTryTask(test);
  },
};

const results: WindowsTestResult[] = [];
const uncaught: string[] = [];
process.on("unhandledRejection", (error) => uncaught.push(describeError(error)));
process.on("uncaughtException", (error) => uncaught.push(describeError(error)));

try {
  for (const path of settings.files) await runFile(path);
} catch (error) {
  console.error(error);
  process.exit(1);
}
// A test may leave a connection open, which would keep the process alive.
process.exit(0);

async function runFile(path: string): Promise<void> {
  const [file] = await startTests([resolve(path)], runner);
  if (file === undefined) return;
  const errors = [...listErrors(file), ...listSuites(file).flatMap(listErrors), ...uncaught.splice(0)];
  if (errors.length > 0) results.push({ file: toPath(file), name: "", state: "failed", errors });
  for (const { test, name } of listTests(file)) {
    const ended = test.result?.state;
    const state = ended === "pass" ? "passed" : ended === "fail" ? "failed" : "skipped";
    results.push({ file: toPath(test), name, state, errors: listErrors(test) });
  }
  // After each file: if the process ends early, the results until then are known.
  writeFileSync(settings.report, JSON.stringify(results));
}

function isSkipped(test: RunnerTestCase, name: string): boolean {
  return settings.skipped.some((entry) => entry.file === toPath(test) && entry.name === name);
}

interface NamedTest {
  readonly test: RunnerTestCase;
  /** With the names of the suites around it. */
  readonly name: string;
}

function listTests(suite: RunnerTestSuite, above: readonly string[] = []): NamedTest[] {
  return suite.tasks.flatMap((task) => {
    const names = [...above, task.name];
    return task.type === "test" ? [{ test: task, name: names.join(" > ") }] : listTests(task, names);
  });
}

function listSuites(suite: RunnerTestSuite): RunnerTestSuite[] {
  return suite.tasks.flatMap((task) => (task.type === "suite" ? [task, ...listSuites(task)] : []));
}

function listErrors(task: RunnerTask): string[] {
  return (task.result?.errors ?? []).map(describeError);
}

function describeError(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const { stack, message } = error as { stack?: string; message?: string };
  return stack ?? message ?? JSON.stringify(error);
}

/** The path of its source file, from the package's folder. */
function toPath(task: RunnerTask): string {
  return relative(process.cwd(), task.file.filepath).replaceAll("\\", "/").replace(/\.js$/, ".ts");
}
