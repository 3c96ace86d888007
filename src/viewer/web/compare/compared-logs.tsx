import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { ArrowDownRegular, ArrowUpRegular } from "@fluentui/react-icons";
import { useMemo, useRef, useState } from "react";
import { ToolButton } from "../components/tool-button.js";
import { useKeys } from "../keys/use-keys.js";
import { reading } from "../text/reading.js";
import { shortcuts } from "../text/shortcuts.js";
import { foldEqualLines } from "./compared-items.js";
import { ComparedRows, type ComparedLines, type ComparedRowsHandle } from "./compared-rows.js";
import type { LinePair } from "./compare-lines.js";

const text = reading.log.compare;

export interface ComparedLogsProps {
  readonly pairs: readonly LinePair[];
  readonly lines: ComparedLines;
  readonly titles: readonly [string, string];
  readonly notes: readonly string[];
  /** Whether the lines are counted from the start of the logs. */
  readonly isNumbered: boolean;
  readonly ignoresVariables: boolean;
  readonly onIgnore: () => void;
}

/** Compared logs, with buttons and keys to go from one difference to the next. */
export function ComparedLogs({
  pairs,
  ignoresVariables,
  onIgnore,
  titles,
  notes,
  ...rest
}: ComparedLogsProps) {
  const rows = useRef<ComparedRowsHandle>(null);
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const items = useMemo(() => foldEqualLines(pairs, unfolded), [pairs, unfolded]);
  const starts = useMemo(
    () => items.flatMap((item, index) => (item.type === "pair" && item.startsDifference ? [index] : [])),
    [items],
  );
  const [current, setCurrent] = useState<number>();
  const step = (by: 1 | -1) => {
    if (starts.length === 0) return;
    const first = by === 1 ? 0 : starts.length - 1;
    const next = current === undefined ? first : (current + by + starts.length) % starts.length;
    setCurrent(next);
    rows.current?.show(starts[next] ?? 0);
  };
  useKeys((key) => {
    if (key === "n") step(1);
    else if (key === "N") step(-1);
    else if (key === "i") onIgnore();
    else return false;
    return true;
  }, shortcuts.compare);
  return (
    <section className="log-panel" aria-label={text.label(...titles)}>
      <div className="log-toolbar" role="toolbar" aria-label={text.toolbar}>
        <span className="quiet" role="status">
          {current === undefined ? text.count(starts.length) : text.position(current + 1, starts.length)}
        </span>
        <ToolButton
          label={text.previous}
          icon={<ArrowUpRegular />}
          isDisabled={starts.length === 0}
          onClick={() => {
            step(-1);
          }}
        />
        <ToolButton
          label={text.next}
          icon={<ArrowDownRegular />}
          isDisabled={starts.length === 0}
          onClick={() => {
            step(1);
          }}
        />
        <ToolButton label={text.ignore} isOn={ignoresVariables} onClick={onIgnore}>
          {text.ignoreShort}
        </ToolButton>
      </div>
      {notes.map((note) => (
        <MessageBar key={note} intent="info">
          <MessageBarBody>{note}</MessageBarBody>
        </MessageBar>
      ))}
      <ComparedRows
        ref={rows}
        items={items}
        titles={titles}
        current={current === undefined ? undefined : starts[current]}
        onUnfold={(start) => {
          // The position among the differences stays the same; the indices of the rows change.
          setUnfolded(new Set([...unfolded, start]));
        }}
        {...rest}
      />
    </section>
  );
}
