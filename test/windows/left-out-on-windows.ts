/** Whole test files that do not run on Windows, by reason. Single tests are in `skipped-on-windows.ts`. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  "it starts the local Batch service, whose tasks are process groups, which Windows does not have": [
    ...["account/batch-account-client", "save-from-node/save-from-node", "swallowed-requests"].map(
      (name) => `batch/${name}`,
    ),
    ...["failed-job", "local", "rescue", "why", "why-many"].map((name) => `cli/${name}`),
  ],
  "it bundles with esbuild, which is a program of Linux here": ["conventions/browser", "outputs/logger"],
  "it tests what the tests start and measure on Linux": [
    "storage/support/azurite",
    "storage/support/run-measured",
    "tracking/torture",
  ],
  "it compares with rclone, which is a program of Linux here": ["outputs/interchange-rclone"],
  "it needs a terminal or a shell of Linux": [
    "completion",
    "terminal",
    "terminal-screens",
    "terminal-transfers",
  ].map((name) => `cli/${name}`),
  "it needs users and namespaces of Linux": ["cli/container", "cli/run-other-user"],
  "it takes minutes under Wine, and was not yet seen to end there": [
    ...["direct-route-tls", "request-rate"].map((name) => `storage/transport/${name}`),
    "storage/upload/upload",
    ...["ends", "simulation/simulation"].map((name) => `tracking/${name}`),
  ],
  "it replaces the timers that it also waits with, which needs vitest's own worker": [
    "batch/scheduled-events/read-with-repeats",
  ],
  "it starts many programs, and was not yet seen to end under Wine": [
    "archived",
    "canaries",
    "command-faults",
    "command-places",
    "content-encodings",
    "delete-prune",
    "doctor",
    "error-words",
    "folder-markers",
    "grep",
    "help",
    "hostile-records",
    "interrupts",
    "list",
    "mcp",
    "mcp-limits",
    "outputs-file",
    "overview",
    "preemption",
    "preemption-attacks",
    "run-faults",
    "run-line-times",
    "run-record",
    "short-notice",
    "slow-notices",
    "store",
    "store-arguments",
    "strict-refusals",
    "swallowed-requests",
    "tags-and-tiers",
    "tail",
    "untrusted-certificate",
    "url",
    "view",
  ].map((name) => `cli/${name}`),
};

/** Files, from the package's folder. */
export const leftOutOnWindows: ReadonlyMap<string, string> = new Map(
  Object.entries(reasons).flatMap(([reason, names]) =>
    names.map((name) => [`test/${name}.test.ts`, reason] as const),
  ),
);
