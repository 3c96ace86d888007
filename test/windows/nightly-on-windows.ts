/** Test files that take too long under Wine for every run: megabytes, many requests, or waits for a store that throttles. */
export const nightlyOnWindows: readonly string[] = [
  ...["account/list-jobs", "lifecycle/create-lifecycle-policy", "swallowed-requests"].map(
    (name) => `outputs/${name}`,
  ),
  ...["download", "download-to-file", "resumed-download"].map((name) => `storage/download/${name}`),
  ...["direct-route-connections", "direct-route-faults", "direct-route-injection"].map(
    (name) => `storage/transport/${name}`,
  ),
  ...["progress", "throttling", "transient-answers"].map((name) => `storage/transport/${name}`),
  "storage/strict-azure",
].map((name) => `test/${name}.test.ts`);

/** Tests of the command line that start no process of it, or one. All others are nightly. */
const shortOfCommandLine = [
  ...["closest-names", "formats"],
  ...["grep/required-texts", "grep/search-log", "logs/retry-deadline", "run/find-subtask"],
  ...["spool/private-folder", "tail/whole-lines", "terminal/terminal-filter"],
].map((name) => `test/cli/${name}.test.ts`);

export function isShortOnWindows(file: string): boolean {
  return file.startsWith("test/cli/") ? shortOfCommandLine.includes(file) : !nightlyOnWindows.includes(file);
}
