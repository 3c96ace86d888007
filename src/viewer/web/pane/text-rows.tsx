import { memo, type MouseEvent } from "react";
import { formatCount } from "../format/measures.js";
import { reading } from "../text/reading.js";
import type { LineNumbers } from "../rows/line-numbers.js";
import type { TextHit } from "../search/hit-list.js";
import { markSpans } from "../rows/mark-spans.js";
import { FoldButton, FoldNote } from "./fold-button.js";
import { RowText, type PageColours } from "./row-text.js";
import type { ShownRow } from "../rows/text-screen.js";
import type { RowFold } from "./use-folding.js";
import type { Row } from "../rows/rows.js";

/** A range of lines, in bytes. */
export interface LineRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export interface TextRowsProps {
  readonly numbers: LineNumbers;
  readonly rows: readonly ShownRow[];
  readonly matcher: RegExp | undefined;
  readonly hit: TextHit | undefined;
  readonly selected: LineRange | undefined;
  readonly pageColours: PageColours;
  /** The address of the page with this line; absent if lines have none. */
  readonly getHref?: ((row: Row) => string) | undefined;
  readonly onSelect?: ((row: Row, isRange: boolean) => void) | undefined;
  /** Returns the group that begins with a row; absent if groups are not folded. */
  readonly getFold?: (row: ShownRow) => RowFold | undefined;
  readonly onFold?: (row: ShownRow) => void;
  /** Returns the time of the line at a position, if it is known; absent if times are not shown. */
  readonly getTime?: ((position: number) => LineTimeText | undefined) | undefined;
}

/** The time of a line: its text, and what it means exactly. */
export interface LineTimeText {
  readonly text: string;
  readonly title: string;
}

/** The lines of a text, each with its number if it is known. */
export function TextRows({ numbers, rows, ...rest }: TextRowsProps) {
  return rows.map((row) => (
    <TextRow
      key={row.start}
      row={row}
      number={row.isLineStart ? numbers.get(row.start) : undefined}
      {...rest}
    />
  ));
}

interface TextRowProps extends Omit<TextRowsProps, "numbers" | "rows"> {
  readonly row: ShownRow;
  readonly number: number | undefined;
}

const TextRow = memo(function TextRow({
  row,
  number,
  matcher,
  hit,
  selected,
  pageColours,
  getHref,
  onSelect,
  getFold,
  onFold,
  getTime,
}: TextRowProps) {
  const fold = getFold?.(row);
  const isSelected = selected !== undefined && row.start >= selected.start && row.start < selected.end;
  const isHit = hit !== undefined && row.start <= hit.offset && hit.offset < row.end;
  const label = number === undefined ? reading.log.lineAt(formatCount(row.start)) : reading.log.line(number);
  const select = (event: MouseEvent) => {
    if (onSelect === undefined || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onSelect(row, event.shiftKey);
  };
  return (
    <div
      className="pane-row"
      data-selected={isSelected || undefined}
      data-hit={isHit || undefined}
      data-offset={row.start}
    >
      {getHref === undefined ? (
        <span className="gutter">{formatGutter(row, number)}</span>
      ) : (
        <a
          className="gutter"
          href={getHref(row)}
          tabIndex={-1}
          title={label}
          aria-label={label}
          onClick={select}
        >
          {formatGutter(row, number)}
        </a>
      )}
      {getTime !== undefined && <LineTime time={row.isLineStart ? getTime(row.start) : undefined} />}
      {fold !== undefined && (
        <FoldButton
          fold={fold}
          row={row}
          onClick={() => {
            onFold?.(row);
          }}
        />
      )}
      <span className="row-text">
        {markSpans(row.spans, matcher).map((span, index) => (
          <RowText key={index} span={span} pageColours={pageColours} />
        ))}
        {fold !== undefined && <FoldNote fold={fold} />}
      </span>
    </div>
  );
});

function LineTime({ time }: { readonly time: LineTimeText | undefined }) {
  return (
    <span className="line-time" title={time?.title}>
      {time?.text}
    </span>
  );
}

/** Formats the line number; `↪` for the rest of a long line, `·` if the number is unknown. */
function formatGutter(row: Row, number: number | undefined): string {
  if (!row.isLineStart) return "↪";
  return number === undefined ? "·" : String(number);
}
