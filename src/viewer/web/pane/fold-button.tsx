import { ArrowMaximizeVerticalRegular, ArrowMinimizeVerticalRegular } from "@fluentui/react-icons";
import { ToolButton } from "../components/tool-button.js";
import { formatBytes } from "../format/measures.js";
import { reading } from "../text/reading.js";
import type { Folding, RowFold } from "./use-folding.js";

/** Folds and unfolds the group that begins with a row. */
export function FoldButton({ fold, onClick }: { readonly fold: RowFold; readonly onClick: () => void }) {
  const label = fold.isFolded ? reading.log.groups.unfold : reading.log.groups.fold;
  return (
    <button
      type="button"
      className="fold-button"
      tabIndex={-1}
      aria-expanded={!fold.isFolded}
      aria-label={label}
      title={label}
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
