import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

import { SlowFirstSequencer } from "./test/support/slow-first-sequencer.js";
import { conditionTimeoutInMs, hangTimeoutInMs } from "./test/support/time-limits.js";

/** Started once before them and stopped after the run: the Azurite that `useSharedAzurite()` finds. */
const azurite = "test/support/azurite-global-setup.ts";

/** Saving, listing, reading, deleting and tracking from end to end: these run against each kind of account every time. */
const strictFiles = [
  "test/outputs/{list/list-outputs,reference/delete-output,save/save-file,save/save-many,runs/run-record}.test.ts",
  "test/tracking/{tracked-file,faults}.test.ts",
  "test/cli/{delete-prune,save}.test.ts",
];

/** In every project: whichever test has a local Batch service, its exchanges keep to the definitions of Azure's. */
const setupFiles = "test/local-batch/contract/check-all-exchanges.ts";

/**
 * One more than the processors: tests wait for a process, a browser or a service of theirs most of the time.
 * Vitest's own choice is one less, which on two processors is one file after the other.
 */
const maxWorkers = availableParallelism() + 1;

/** A project does not take `--maxConcurrency` from the command line. `npm run torture:tracking` sets it. */
const maxConcurrency = Number(process.env["TRACKING_TORTURE_JOBS"] ?? 5);

/**
 * Groups run one after the other, so that what needs little fails first and the large tests, which look at what memory
 * is held, have the machine to themselves. A test file in a folder that no other project names is run by "pure": none is left out.
 */
export default defineConfig({
  test: {
    maxWorkers,
    teardownTimeout: conditionTimeoutInMs,
    sequence: { sequencer: SlowFirstSequencer },
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/{storage,outputs,tracking,batch,reliability,viewer/{server,web,hostile,reading/browser},cli,examples,package,walks,large,local-batch,windows}/**",
          ],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "azurite",
          include: ["test/{storage,outputs,tracking,batch,viewer/server,reliability}/**/*.test.ts"],
          globalSetup: azurite,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The built program in processes of its own: `npm run build` before.
        test: {
          name: "cli",
          include: ["test/cli/**/*.test.ts"],
          globalSetup: azurite,
          sequence: { groupOrder: 1 },
        },
      },
      // What Azurite does not do as Azure does; `npm run test:strict` runs all of "azurite" and "cli" so.
      ...(["flat", "hierarchical"] as const).map((accountKind) => ({
        test: {
          name: `strict ${accountKind}`,
          include: strictFiles,
          globalSetup: azurite,
          provide: { accountKind },
          sequence: { groupOrder: 1 },
        },
      })),
      {
        // A local Batch service with real tasks, Azurite and real clients.
        test: {
          name: "local-batch",
          include: ["test/local-batch/**/*.test.ts"],
          globalSetup: azurite,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          globalSetup: "test/package/package-global-setup.ts",
          sequence: { groupOrder: 1 },
          testTimeout: 2 * hangTimeoutInMs,
          hookTimeout: 2 * hangTimeoutInMs,
        },
      },
      {
        // The guides, from their first line to their result, by the packed package: `npm run build` before.
        test: {
          name: "walks",
          include: ["test/walks/**/*.test.ts"],
          globalSetup: [azurite, "test/package/package-global-setup.ts"],
          sequence: { groupOrder: 1 },
          testTimeout: 4 * hangTimeoutInMs,
          hookTimeout: 2 * hangTimeoutInMs,
        },
      },
      {
        test: {
          name: "examples",
          include: ["test/examples/**/*.test.ts"],
          sequence: { groupOrder: 1 },
          testTimeout: 2 * hangTimeoutInMs,
          hookTimeout: 2 * hangTimeoutInMs,
        },
      },
      {
        // Under Node.js for Windows, in Wine: `npm run build` before. A file of it runs many files of other projects.
        test: {
          name: "windows",
          include: ["test/windows/*.test.ts"],
          globalSetup: "test/support/windows/windows-global-setup.ts",
          setupFiles: [],
          sequence: { groupOrder: 2 },
          // Wine's server, which all programs share, ended once while three files ran side by side.
          fileParallelism: false,
        },
      },
      {
        // In a real Chromium, against the built page: `npm run build:page` before.
        test: {
          name: "viewer",
          include: ["test/viewer/{web,hostile,reading/browser}/**/*.test.ts"],
          sequence: { groupOrder: 1 },
          testTimeout: 2 * hangTimeoutInMs,
          hookTimeout: 2 * hangTimeoutInMs,
        },
      },
      {
        // Each starts what it needs: gigabytes do not belong in an Azurite that keeps them in memory.
        test: {
          name: "large",
          include: ["test/large/**/*.test.ts"],
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          testTimeout: 4 * hangTimeoutInMs,
          hookTimeout: 4 * hangTimeoutInMs,
        },
      },
    ].map(({ test }) => ({
      test: {
        testTimeout: hangTimeoutInMs,
        hookTimeout: hangTimeoutInMs,
        maxConcurrency,
        expect: { poll: { timeout: conditionTimeoutInMs } },
        setupFiles,
        ...test,
      },
    })),
  },
});
