import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

/** Started once before them and stopped after the run: the Azurite that `sharedAzurite()` finds. */
const azurite = "test/support/azurite-global-setup.ts";

/** Saving, listing, reading, deleting and tracking from end to end: these run against each kind of account every time. */
const strictFiles = [
  "test/outputs/{list/list-outputs,reference/delete-output,save/save-file,save/save-many,runs/record-run}.test.ts",
  "test/tracking/{tracked-file,faults}.test.ts",
  "test/cli/{delete-prune,save}.test.ts",
];

/** In every project: whichever test has a local Batch service, its exchanges keep to the definitions of Azure's. */
const setupFiles = "test/local-batch/contract/check-all-exchanges.ts";

/** For hangs only: no test asserts a time, and none may come near it on a slow machine. */
const hang = 60_000;
/** Sooner than that: what was there last says more than that it hung. */
const untilThere = 50_000;

/**
 * One more than the processors: tests wait for a process, a browser or a service of theirs most of the time.
 * Vitest's own choice is one less, which on two processors is one file after the other.
 */
const maxWorkers = availableParallelism() + 1;

/**
 * Groups run one after the other, so that what needs little fails first and the large tests, which look at what memory
 * is held, have the machine to themselves. A test file in a folder that no other project names is run by "pure": none is left out.
 */
export default defineConfig({
  test: {
    maxWorkers,
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/{storage,outputs,tracking,batch,viewer/{server,web,hostile,reading/browser},cli,examples,package,large,local-batch}/**",
          ],
          sequence: { groupOrder: 0 },
          testTimeout: hang,
          hookTimeout: hang,
        },
      },
      {
        test: {
          name: "azurite",
          include: ["test/{storage,outputs,tracking,batch,viewer/server}/**/*.test.ts"],
          globalSetup: azurite,
          sequence: { groupOrder: 1 },
          testTimeout: hang,
          hookTimeout: hang,
        },
      },
      {
        // The built program in processes of its own: `npm run build` before.
        test: {
          name: "cli",
          include: ["test/cli/**/*.test.ts"],
          globalSetup: azurite,
          sequence: { groupOrder: 1 },
          testTimeout: hang,
          hookTimeout: hang,
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
          testTimeout: hang,
          hookTimeout: hang,
        },
      })),
      {
        // A local Batch service with real tasks, Azurite and real clients.
        test: {
          name: "local-batch",
          include: ["test/local-batch/**/*.test.ts"],
          globalSetup: azurite,
          sequence: { groupOrder: 1 },
          testTimeout: hang,
          hookTimeout: hang,
        },
      },
      {
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          testTimeout: 2 * hang,
          hookTimeout: 2 * hang,
        },
      },
      {
        test: {
          name: "examples",
          include: ["test/examples/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          testTimeout: 5 * hang,
          hookTimeout: 5 * hang,
        },
      },
      {
        // In a real Chromium, against the built page: `npm run build:page` before.
        test: {
          name: "viewer",
          include: ["test/viewer/{web,hostile,reading/browser}/**/*.test.ts"],
          sequence: { groupOrder: 2 },
          testTimeout: 2 * hang,
          // Two thousand tasks are saved first.
          hookTimeout: 5 * hang,
        },
      },
      {
        // Each starts what it needs: gigabytes do not belong in an Azurite that keeps them in memory.
        test: {
          name: "large",
          include: ["test/large/**/*.test.ts"],
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          testTimeout: 10 * hang,
          hookTimeout: 10 * hang,
        },
      },
    ].map(({ test }) => ({ test: { ...test, setupFiles, expect: { poll: { timeout: untilThere } } } })),
  },
});
