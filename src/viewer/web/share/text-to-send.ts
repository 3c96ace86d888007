import { parseOutputBlobName } from "../../../conventions/index.js";
import { type CommandContext, shellLine, storeWords } from "../outputs/actions/cli-command.js";
import { visible } from "../format/visible.js";
import { browsing } from "../text/browsing.js";

export interface SentFile {
  readonly container: string;
  readonly blobName: string;
  /** The lines that are meant, by their bytes. */
  readonly lines?: { readonly start: number; readonly end: number } | undefined;
  /** The page's address, where somebody else can open it. */
  readonly href?: string | undefined;
}

/** How to find a file, or lines of it, for a colleague: names, the page, and the command that shows it. No secret is in it. */
export function textToSend({ container, blobName, lines, href }: SentFile, context: CommandContext): string {
  const output = parseOutputBlobName(blobName);
  if (output === undefined) return blobName;
  const { taskId, kind, path } = output;
  const range = lines === undefined ? [] : rangeWords(lines);
  const whose = storeWords(taskId === undefined ? { container } : { container, taskId }, context);
  return [
    visible(browsing.share.subject(path, kind, taskId, context.jobId ?? container)),
    ...(lines === undefined ? [] : [browsing.share.bytes(lines.start, lines.end)]),
    ...(href === undefined ? [] : [href]),
    shellLine(["batch-outputs", "cat", kind, path, ...range, ...whose]),
  ].join("\n");
}

/** One line that is selected ends where the next one begins, which is not always known: then some of it is shown. */
const shownBytes = 4096;

function rangeWords({ start, end }: { readonly start: number; readonly end: number }): string[] {
  const count = end - start > 1 ? end - start : shownBytes;
  return ["--offset", String(start), "--count", String(count)];
}
