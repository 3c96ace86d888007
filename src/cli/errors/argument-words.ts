import type { ArgumentError } from "../../core/index.js";

/**
 * The library's argument names, and their names on the command line. If a value is an argument in one command and a
 * flag in another, both are listed, the argument first.
 */
export const argumentWords: Readonly<Record<string, readonly string[]>> = {
  accountUrl: ["--account-url"],
  connectionString: ["--connection-string"],
  jobOutputContainerUrl: ["--container-url"],
  containerUrl: ["--container-url"],
  storage: ["--container-url"],
  job: ["--job"],
  jobId: ["--job"],
  task: ["--task"],
  taskId: ["--task"],
  kind: ["kind", "--kind"],
  path: ["path"],
  patterns: ["patterns", "--task"],
  sourcePath: ["patterns", "files"],
  data: ["patterns"],
  destinationPath: ["--destination"],
  directory: ["directory"],
  pattern: ["--outputs-file"],
  identityReference: ["--identity"],
  endpoint: ["--batch-endpoint"],
  credential: ["--batch-key"],
  tags: ["--tag"],
  tier: ["--tier"],
  "options.concurrency": ["--concurrency"],
  "options.contentType": ["--content-type"],
  "options.count": ["--count"],
  "options.destinationPath": ["--destination"],
  "options.destinationPrefix": ["--destination"],
  "options.exclude": ["--exclude"],
  "options.flushIntervalInMs": ["--flush-interval"],
  "options.followSymbolicLinks": ["--follow-symlinks"],
  "options.fromEndBytes": ["--bytes"],
  "options.ifNoFilesFound": ["--if-no-files-found"],
  "options.include": ["--include"],
  "options.includeHidden": ["--include-hidden"],
  "options.accountName": ["--account-name"],
  "options.hierarchicalNamespace": ["--hierarchical-namespace"],
  "options.jobs": ["--job"],
  "options.kindTag": ["--kind-tag"],
  "options.taskId": ["--task"],
  "options.tasks": ["--task"],
  "options.userObjectId": ["--user"],
  rules: ["--delete", "--cool", "--cold", "--archive"],
  "options.ipRange": ["--ip"],
  "options.kind": ["--kind"],
  "options.lifetimeInMs": ["--lifetime"],
  "options.metadata": ["--metadata"],
  "options.offset": ["--offset"],
  "options.onExisting": ["--on-existing"],
  "options.overwrite": ["--overwrite"],
  "options.permissions": ["--permissions"],
  "options.policyId": ["--policy"],
  "options.pollIntervalInMs": ["--poll-interval"],
  "options.renewContainerUrl": ["--container-url-file"],
  "options.progressTimeoutInMs": ["--request-timeout"],
  "options.rehydratePriority": ["--priority"],
  "options.tags": ["--tag"],
  "options.tier": ["--tier"],
  "options.startsOn": ["--starts-ago"],
  "options.retryOptions.maxTries": ["--max-tries"],
};

/** The names of a command's arguments and flags. */
export interface CommandWords {
  readonly arguments: readonly string[];
  readonly flags: readonly string[];
}

/** Returns the name of the library's argument on the command line: `--exclude`, `the argument <kind>`. */
export function describeArgumentName(argument: string, command: CommandWords | undefined): string {
  const words = listNames(argument);
  const known = [...(command?.arguments ?? []), ...(command?.flags ?? [])];
  const found = words.find((word) => known.includes(word)) ?? words[0];
  if (found === undefined) return argument;
  return found.startsWith("--") ? found : `the argument <${found}>`;
}

/**
 * Describes a wrong argument with the names of the command line. `findVariable` returns the variable that a flag has its
 * value from.
 */
export function explainArgument(
  { argument, problem, alternative }: ArgumentError,
  command?: CommandWords,
  findVariable: (flag: string) => string | undefined = () => undefined,
): string {
  const name = describeArgumentName(argument, command);
  const variable = findVariable(name);
  const subject = variable ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  if (alternative === undefined) return `${subject} ${problem}.`;
  return `${subject} ${problem} (allowed with ${describeArgumentName(alternative, command)}).`;
}

/** Lists the names for an argument, or for a property of an option that is an object: `options.metadata.team`. */
function listNames(argument: string): readonly string[] {
  for (let path = argument; path !== ""; path = path.slice(0, Math.max(0, path.search(/[.[][^.[]*$/)))) {
    const words = argumentWords[path];
    if (words) return words;
  }
  return [];
}
