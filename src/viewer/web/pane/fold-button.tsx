import { ArrowMaximizeVerticalRegular, ArrowMinimizeVerticalRegular } from "@fluentui/react-icons";
import { ToolButton } from "../components/tool-button.js";
import { formatBytes } from "../format/measures.js";
import { reading } from "../text/reading.js";
import type { ShownRow } from "../rows/text-screen.js";
import type { Folding, RowFold } from "./use-folding.js";

const maxNameLength = 80;

interface FoldButtonProps {
  readonly fold: RowFold;
  /** The row that begins the group. */
  readonly row: ShownRow;
  readonly onClick: () => void;
}

/** Folds and unfolds the group that begins with a row. Its name is that of the group, and stays; its state says whether it is folded. */
export function FoldButton({ fold, row, onClick }: FoldButtonProps) {
  const text = row.spans.map((span) => span.text).join("");
  return (
    <button
      type="button"
      className="fold-button"
      aria-expanded={!fold.isFolded}
      aria-label={reading.log.groups.of(text.trim().slice(0, maxNameLength))}
      title={fold.isFolded ? reading.log.groups.unfold : reading.log.groups.fold}
      onClick={onClick}
    >
      <span aria-hidden="true">{fold.isFolded ? "▸" : "▾"}</span>
    </button>
  );
}

/** Folds all groups, or unfolds them if any is folded. */
export function FoldAllButton({ folding: { isAnyFolded, toggleAll } }: { readonly folding: Folding }) {
  if (toggleAll === undefined) return null;
  return (
    <ToolButton
      label={isAnyFolded ? reading.log.groups.unfoldAll : reading.log.groups.foldAll}
      icon={isAnyFolded ? <ArrowMaximizeVerticalRegular /> : <ArrowMinimizeVerticalRegular />}
      onClick={toggleAll}
    />
  );
}

/** Shows how much is hidden. */
export function FoldNote({ fold }: { readonly fold: RowFold }) {
  if (!fold.isFolded) return null;
  return <span className="quiet"> {reading.log.groups.hidden(formatBytes(fold.hiddenBytes))}</span>;
}
