import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useImperativeHandle, useRef, type Ref } from "react";
import { RowText } from "../pane/row-text.js";
import { usePageColours } from "../pane/use-page-colours.js";
import { reading } from "../text/reading.js";
import { formatCount } from "../format/measures.js";
import type { ComparedItem } from "./compared-items.js";
import type { LinePair } from "./compare-lines.js";
import { markDifference, type MarkedLine, shortenLine } from "./mark-difference.js";

const text = reading.log.compare;

/** The lines of both logs. */
export type ComparedLines = readonly [one: readonly string[], other: readonly string[]];

export interface ComparedRowsHandle {
  /** Scrolls to a row. */
  show(index: number): void;
}

export interface ComparedRowsProps {
  readonly items: readonly ComparedItem[];
  readonly lines: ComparedLines;
  readonly titles: readonly [string, string];
  readonly isNumbered: boolean;
  /** The row of the difference that the reader went to. */
  readonly current: number | undefined;
  readonly onUnfold: (start: number) => void;
  readonly ref: Ref<ComparedRowsHandle>;
}

/** The minimum height of a row in pixels: one line. */
const rowHeight = 20;

/** The rows of a comparison, in two columns. Only rows near the visible area are rendered. */
export function ComparedRows({
  items,
  lines,
  titles,
  isNumbered,
  current,
  onUnfold,
  ref,
}: ComparedRowsProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 20,
  });
  useImperativeHandle(ref, () => ({
    show: (index) => {
      virtual.scrollToIndex(index, { align: "center" });
    },
  }));
  return (
    <div
      ref={scroller}
      className="compare-rows"
      role="table"
      tabIndex={0}
      aria-label={text.label(...titles)}
      aria-rowcount={items.length + 1}
    >
      <div role="row" className="compare-row compare-head" aria-rowindex={1}>
        {titles.map((title, index) => (
          <span key={index} role="columnheader" className="compare-title">
            {title}
          </span>
        ))}
      </div>
      <div role="rowgroup" className="compare-body" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <div
              key={index}
              ref={virtual.measureElement}
              data-index={index}
              role="row"
              aria-rowindex={index + 2}
              aria-current={index === current || undefined}
              className="compare-row"
              data-differs={(item.type === "pair" && !item.pair.isSame) || undefined}
              style={{ transform: `translateY(${start}px)` }}
            >
              {item.type === "fold" ? (
                <span role="cell" aria-colspan={2} className="compare-fold">
                  <button
                    type="button"
                    onClick={() => {
                      onUnfold(item.start);
                    }}
                  >
                    {text.equalLines(formatCount(item.end - item.start))}
                  </button>
                </span>
              ) : (
                <PairCells pair={item.pair} lines={lines} isNumbered={isNumbered} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface PairCellsProps {
  readonly pair: LinePair;
  readonly lines: ComparedLines;
  readonly isNumbered: boolean;
}

/** Rendered once per pair: long lines are not searched for their difference with each scroll. */
const PairCells = memo(function PairCells({ pair, lines, isNumbered }: PairCellsProps) {
  const [one, other] = [getLine(lines[0], pair.one), getLine(lines[1], pair.other)];
  const [markedOne, markedOther] =
    one !== undefined && other !== undefined && !pair.isSame
      ? markDifference(one, other)
      : [
          one === undefined ? undefined : shortenLine(one),
          other === undefined ? undefined : shortenLine(other),
        ];
  return (
    <>
      <LineCell line={markedOne} index={pair.one} sign={pair.isSame ? "" : "−"} isNumbered={isNumbered} />
      <LineCell line={markedOther} index={pair.other} sign={pair.isSame ? "" : "+"} isNumbered={isNumbered} />
    </>
  );
});

interface LineCellProps {
  /** Absent if the other log has a line here, and this one has none. */
  readonly line: MarkedLine | undefined;
  readonly index: number | undefined;
  readonly sign: string;
  readonly isNumbered: boolean;
}

function LineCell({ line, index, sign, isNumbered }: LineCellProps) {
  const pageColours = usePageColours();
  if (line === undefined || index === undefined) {
    return (
      <span role="cell" className="compare-cell" data-absent="">
        <span className="visually-hidden">{text.absent}</span>
      </span>
    );
  }
  const [before, differs, after] = line;
  return (
    <span role="cell" className="compare-cell" data-sign={sign || undefined}>
      <span className="compare-number">{isNumbered ? index + 1 : "·"}</span>
      <span className="compare-sign">{sign}</span>
      <span className="compare-text">
        <RowText span={{ text: before }} pageColours={pageColours} />
        {differs !== "" && (
          <span className="compare-differs">
            <RowText span={{ text: differs }} pageColours={pageColours} />
          </span>
        )}
        <RowText span={{ text: after }} pageColours={pageColours} />
      </span>
    </span>
  );
}

function getLine(lines: readonly string[], index: number | undefined): string | undefined {
  return index === undefined ? undefined : lines[index];
}
