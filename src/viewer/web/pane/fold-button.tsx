import { formatBytes } from "../format/measures.js";
import { reading } from "../text/reading.js";
import type { RowFold } from "./use-folding.js";

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

/** Says how much is not shown. */
export function FoldNote({ fold }: { readonly fold: RowFold }) {
  if (!fold.isFolded) return null;
  return <span className="quiet"> {reading.log.groups.hidden(formatBytes(fold.hiddenBytes))}</span>;
}
