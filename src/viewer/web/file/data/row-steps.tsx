import { Button, Input } from "@fluentui/react-components";
import { useState } from "react";
import { ToolButton } from "../../components/tool-button.js";
import { formatBytes } from "../../format/measures.js";
import { useKeys } from "../../keys/use-keys.js";
import { reading } from "../../text/reading.js";
import { shortcuts } from "../../text/shortcuts.js";
import type { RowPage } from "./row-pages.js";
import type { ShownRowPage } from "./use-row-pages.js";

const text = reading.file.table;

export interface RowStepsProps {
  readonly shown: ShownRowPage;
  readonly page: RowPage;
  /** The size of the file. */
  readonly size: number;
}

/** Buttons, keys and a field to go to other rows of a long table. */
export function RowSteps({ shown, page, size }: RowStepsProps) {
  const [wanted, setWanted] = useState("");
  const { showPage, showRow, searchedBytes, stop } = shown;
  const { index, isLast } = page;
  const goToRow = () => {
    const row = Number(wanted.replace(/[,. ]/g, ""));
    if (Number.isSafeInteger(row) && row > 0) showRow(row);
  };
  const toPrevious = () => {
    showPage(index - 1);
  };
  const toNext = () => {
    showPage(index + 1);
  };
  const toEnd = () => {
    showRow(Infinity);
  };
  useKeys((key) => {
    if (key === "n" && !isLast) toNext();
    else if (key === "N" && index > 0) toPrevious();
    else if (key === "G" && !isLast) toEnd();
    else if (key === "g" && index > 0) showPage(0);
    else return false;
    return true;
  }, shortcuts.table);
  if (searchedBytes !== undefined) {
    return (
      <span className="row-steps">
        <span>{text.searching(formatBytes(searchedBytes), formatBytes(size))}</span>
        <ToolButton label={text.stop} onClick={stop}>
          {text.stop}
        </ToolButton>
      </span>
    );
  }
  return (
    <span role="group" aria-label={text.steps} className="row-steps">
      <Button size="small" disabled={index === 0} title={text.previousHow} onClick={toPrevious}>
        {text.previous}
      </Button>
      <Button size="small" disabled={isLast} title={text.nextHow} onClick={toNext}>
        {text.next}
      </Button>
      <Button size="small" disabled={isLast} title={text.lastHow} onClick={toEnd}>
        {text.last}
      </Button>
      <Input
        size="small"
        className="row-wanted"
        inputMode="numeric"
        aria-label={text.goToRow}
        placeholder={text.goToRow}
        value={wanted}
        onChange={(_, { value }) => {
          setWanted(value);
        }}
        onKeyDown={({ key }) => {
          if (key === "Enter") goToRow();
        }}
      />
    </span>
  );
}
