import { parseOutputBlobName } from "../../../conventions/index.js";
import {
  type CommandContext,
  formatShellLine,
  formatStoreArguments,
} from "../outputs/actions/cli-command.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";

export interface SharedFile {
  readonly container: string;
  readonly blobName: string;
  /** The selected lines, in bytes. */
  readonly lines?: { readonly start: number; readonly end: number } | undefined;
  /** The page's address, if other people can open it. */
  readonly href?: string | undefined;
}

/** Formats how to find a file or lines of it: names, the page's address, and a command. Contains no secret. */
export function formatShareText(
  { container, blobName, lines, href }: SharedFile,
  context: CommandContext,
): string {
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

/** The number of bytes to show of a single selected line, whose end is not always known. */
const lineBytes = 4096;

function formatRangeArguments({ start, end }: { readonly start: number; readonly end: number }): string[] {
  const count = end - start > 1 ? end - start : lineBytes;
  return ["--offset", String(start), "--count", String(count)];
}
