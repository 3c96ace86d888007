import { isArgumentError, isBatchOutputsError, redactText } from "../../core/index.js";

/** What the library's words are on the command line. */
const words: readonly (readonly [RegExp, string])[] = [
  [/call prepareOutputStorage\("([^"]*)"\) on a BatchOutputsClient/g, "run `batch-outputs prepare --job $1`"],
  [/call prepareOutputStorage\([^)]*\) on a BatchOutputsClient/g, "run `batch-outputs prepare`"],
  [/Ask for a new one with getOutputStorageContainerUrl/g, "Make a new one with `batch-outputs url`"],
  [/getOutputStorageContainerUrl/g, "`batch-outputs url`"],
  [/options\.cwd/g, "the current directory"],
  [/say inWorkingDirectory: true/g, "begin the pattern with [s] in place of s"],
  [/\boptions\.overwrite is "(\w[\w-]*)"/g, "--overwrite is $1"],
  [/with overwrite "(\w[\w-]*)"/g, "with --overwrite $1"],
  [/different options\.destinationPrefix/g, "different --destination"],
  [/\boptions\.destination(?:Path|Prefix)\b/g, "--destination"],
  [/\boptions\.lifetimeInMs\b/g, "--lifetime"],
  [/\baccountUrl\b/g, "--account-url"],
  [/\bconnectionString\b/g, "--connection-string"],
  [/\bjobOutputContainerUrl\b/g, "--container-url"],
  [/\bjobId\b/g, "--job"],
  [/\btaskId\b/g, "--task"],
  [/\boptions\.([a-z]+)([A-Z][a-z]+)?/g, "--$1$2"],
];

/** What to tell a person about a failure: never a credential, and in the words of the command line. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return redactText(String(error));
  const message = redactText(error.message);
  if (isBatchOutputsError(error)) return `${inOurWords(message)} (${error.code})`;
  return isArgumentError(error) ? inOurWords(message) : firstParagraph(message) || error.name;
}

/** What `--json` tells about a failure. */
export function errorObject(error: Error): { message: string; code?: string } {
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { message: explain(error), ...(code === undefined ? {} : { code }) };
}

function inOurWords(message: string): string {
  return words.reduce((text, [pattern, word]) => text.replace(pattern, word), message);
}

/** The service's answers end in request ids and times, each on a line of its own; the SDK adds the whole answer as JSON. */
function firstParagraph(message: string): string {
  return message.split(/\n\s*\n|\n\{/)[0]?.trim() ?? "";
}
