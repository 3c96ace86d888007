import { Button } from "@fluentui/react-components";
import { type ReactNode, useState } from "react";
import { formatCount } from "../../format/measures.js";
import { reading } from "../../text/reading.js";
import { FirstPart } from "../opened/first-part.js";
import type { OpenFile } from "../opened/open-file.js";
import { useParsed } from "../opened/use-parsed.js";
import { TextView } from "../text/text-view.js";
import { HighlightedCode } from "../views/highlighted-code.js";
import { MarkdownText } from "../views/markdown-text.js";
import { type CellOutput, type Notebook, type NotebookCell, parseNotebook } from "./notebook.js";
import { NotebookOutput } from "./notebook-output.js";

const text = reading.file.notebook;

/** A larger file is shown as text. */
const limitBytes = 32 * 1024 * 1024;
/** The number of cells that are rendered at once. */
const cellsAtOnce = 50;
/** The number of results of a cell that are rendered at once. */
const resultsAtOnce = 50;

/** A Jupyter notebook: its texts, code and results, as far as they are not active content. */
export function NotebookView({ file }: { readonly file: OpenFile }) {
  if (file.size > limitBytes) return <TextView file={file} note={text.tooLarge} />;
  return (
    <FirstPart file={file} limitBytes={limitBytes}>
      {(first) => <Parsed file={file} content={first.text} />}
    </FirstPart>
  );
}

function Parsed({ file, content }: { readonly file: OpenFile; readonly content: string }) {
  const parsed = useParsed(content, parseNotebook);
  if ("error" in parsed) return <TextView file={file} note={text.invalid(parsed.error)} />;
  return <Cells notebook={parsed.value} label={file.path} />;
}

function Cells({
  notebook: { cells, language },
  label,
}: {
  readonly notebook: Notebook;
  readonly label: string;
}) {
  const [count, setCount] = useState(cellsAtOnce);
  return (
    <article className="notebook" tabIndex={0} aria-label={label}>
      {cells.slice(0, count).map((cell, index) => (
        <Cell key={index} cell={cell} language={language} index={index} />
      ))}
      {cells.length > count && (
        <Button
          onClick={() => {
            setCount(count + cellsAtOnce);
          }}
        >
          {text.more(formatCount(cells.length - count), "cells")}
        </Button>
      )}
    </article>
  );
}

interface CellProps {
  readonly cell: NotebookCell;
  readonly language: string | undefined;
  readonly index: number;
}

function Cell({ cell, language, index }: CellProps): ReactNode {
  if (cell.type !== "code") {
    return cell.type === "markdown" ? (
      <MarkdownText text={cell.source} />
    ) : (
      <pre className="notebook-text">{cell.source}</pre>
    );
  }
  const { source, count, outputs } = cell;
  return (
    <section className="notebook-cell" aria-label={text.cell(index + 1)}>
      <span className="notebook-count quiet">[{count ?? " "}]</span>
      <div className="notebook-code">
        <HighlightedCode text={source} language={language} label={text.code(index + 1)} />
      </div>
      <Results outputs={outputs} />
    </section>
  );
}

function Results({ outputs }: { readonly outputs: readonly CellOutput[] }) {
  const [count, setCount] = useState(resultsAtOnce);
  return (
    <>
      {outputs.slice(0, count).map((output, at) => (
        <div key={at} className="notebook-output">
          <NotebookOutput output={output} />
        </div>
      ))}
      {outputs.length > count && (
        <Button
          size="small"
          onClick={() => {
            setCount(count + resultsAtOnce);
          }}
        >
          {text.more(formatCount(outputs.length - count), "results")}
        </Button>
      )}
    </>
  );
}
