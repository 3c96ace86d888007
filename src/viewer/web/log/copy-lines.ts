import { announce } from "../page/announcer.js";
import { formatBytes } from "../format/measures.js";
import type { TextHit } from "../search/hit-list.js";
import type { LineSelection } from "../pane/use-line-selection.js";
import type { LineRange } from "../pane/text-rows.js";
import type { TextModel } from "../pane/use-text-model.js";
import { decodeBytes } from "../rows/decode.js";
import type { RowModel } from "../rows/rows.js";
import { reading } from "../text/reading.js";
import type { LogFile } from "./log-file.js";

/** The maximum size of text to copy to the clipboard. */
const maxCopiedBytes = 1_048_576;

/** Copies lines as they are stored. */
function copyLines({ bytes }: LogFile, { model, encoding }: TextModel, { start, end }: LineRange): void {
  // The end of a single line is not in the address.
  const last = end - start > 1 ? end : (model.findRowFrom(start)?.end ?? end);
  const range = { start, end: Math.min(last, start + maxCopiedBytes) };
  bytes.read(range).then(
    async (copied) => {
      await navigator.clipboard.writeText(decodeBytes(copied, encoding));
      announce(
        last > range.end ? reading.log.tooLongToCopy(formatBytes(maxCopiedBytes)) : reading.log.copied,
      );
    },
    () => {
      announce(reading.failedToRead);
    },
  );
}

/** The number of lines around a match or an error. */
export const linesAround = 50;

/** Finds the line at an offset and those around it, as far as they are loaded. */
function findLinesAround(model: RowModel, offset: number, size: number): LineRange | undefined {
  const middle = model.findRowAt(offset);
  if (middle === undefined) return undefined;
  let { start, end } = middle;
  for (let before = middle.isLineStart ? 0 : -1; before < linesAround / 2 && start > 0;) {
    const row = model.findRowAt(start - 1);
    if (row === undefined) break;
    start = row.start;
    if (row.isLineStart) before += 1;
  }
  for (let after = 1; end < size;) {
    const row = model.findRowFrom(end);
    if (row === undefined || (row.isLineStart && after === linesAround / 2)) break;
    end = row.end;
    if (row.isLineStart) after += 1;
  }
  return { start, end };
}

export interface CopyContext {
  readonly file: LogFile;
  readonly text: TextModel;
  readonly selection: LineSelection;
  /** The match or error that is shown. */
  readonly hit: TextHit | undefined;
}

/** Creates the action that copies the selected lines, or else those around the match or error. Absent if there are none. */
export function createCopyAction({ file, text, selection, hit }: CopyContext): (() => void) | undefined {
  const { selected, selectRange } = selection;
  if (selected === undefined && hit === undefined) return undefined;
  return () => {
    const lines = selected ?? (hit && findLinesAround(text.model, hit.offset, file.state.size));
    if (lines === undefined) return;
    if (selected === undefined) selectRange(lines);
    copyLines(file, text, lines);
  };
}
