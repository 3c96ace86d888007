/** Prefixes that runners, builds and MPI add to each line of a program. Indentation after them is kept. */
const prefixes: readonly RegExp[] = [
  // Azure Pipelines, GitHub Actions; GitLab also numbers its streams.
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z(?: \d\d[OE]\+?)?(?: |$)/,
  // Jenkins.
  /^\[?\d\d:\d\d:\d\d(?:\.\d{1,9})?\]?(?: {1,2}|$)/,
  // Docker's builds; builds of packages.
  /^#\d{1,4} \d{1,6}\.\d{1,3}(?: |$)/,
  /^\[ {0,6}\d{1,6}s\](?: |$)/,
  // Ranks of MPI.
  /^\[\d{1,6}(?:,\d{1,6})?\](?:<std(?:out|err)>:?)?(?: |$)/,
  /^\[[\w.-]{1,80}:\d{1,8}\](?: |$)/,
  // Frames of Terraform's errors, and of groups of exceptions in Python.
  /^[\u2502\u2577\u2575](?: |$)/,
  /^ +[|+] (?=\S)(?!~)/,
];

/** Several of them may have added prefixes to a log. */
const maxPrefixes = 3;

/** Removes the prefixes of a line, such as the time that a CI runner adds. */
export function stripPrefix(line: string): string {
  let text = line;
  for (let count = 0; count < maxPrefixes; count += 1) {
    const found = prefixes.find((pattern) => pattern.test(text));
    if (found === undefined) break;
    text = text.replace(found, "");
  }
  return text;
}
