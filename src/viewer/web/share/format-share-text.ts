import { parseOutputBlobName } from "../../../conventions/index.js";
import { type CommandContext, formatShellLine, formatStoreArguments } from "../outputs/actions/cli-command.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";

export interface SharedFile {
  readonly container: string;
  readonly blobName: string;
  /** The lines that are meant, by their bytes. */
  readonly lines?: { readonly start: number; readonly end: number } | undefined;
  /** The page's address, where somebody else can open it. */
  readonly href?: string | undefined;
}

/** How to find a file, or lines of it, for a colleague: names, the page, and the command that shows it. No secret is in it. */
export function formatShareText({ container, blobName, lines, href }: SharedFile, context: CommandContext): string {
  const output = parseOutputBlobName(blobName);
  if (output === undefined) return blobName;
  const { taskId, kind, path } = output;
  const range = lines === undefined ? [] : formatRangeArguments(lines);
  const whose = formatStoreArguments(taskId === undefined ? { container } : { container, taskId }, context);
  return [
    escapeInvisible(browsing.share.subject(path, kind, taskId, context.jobId ?? container)),
    ...(lines === undefined ? [] : [browsing.share.bytes(lines.start, lines.end)]),
    ...(href === undefined ? [] : [href]),
    formatShellLine(["batch-outputs", "cat", kind, path, ...range, ...whose]),
  ].join("\n");
}

/** One line that is selected ends where the next one begins, which is not always known: then some of it is shown. */
const lineBytes = 4096;

function formatRangeArguments({ start, end }: { readonly start: number; readonly end: number }): string[] {
  const count = end - start > 1 ? end - start : lineBytes;
  return ["--offset", String(start), "--count", String(count)];
}
