import { Button } from "@fluentui/react-components";
import { ChevronLeftRegular, ChevronRightRegular } from "@fluentui/react-icons";
import type { PDFDocumentProxy } from "pdfjs-dist";
import { useCallback, useState } from "react";
import { useLoaded } from "../../api/use-loaded.js";
import { Failed, Loading } from "../../components/states.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";
import { openPdf } from "./pdf-document.js";
import { PdfPage } from "./pdf-page.js";

const text = reading.file.pdf;

/** A PDF, one page at a time. Only the ranges that the page needs are read. */
export function PdfView({ file }: { readonly file: OpenFile }) {
  const open = useCallback(async (abortSignal: AbortSignal) => await openPdf(file, abortSignal), [file]);
  const loaded = useLoaded(open);
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={text.broken} failure={loaded.failure} />;
  return <Pages document={loaded.value} />;
}

function Pages({ document }: { readonly document: PDFDocumentProxy }) {
  const [number, setNumber] = useState(1);
  const count = document.numPages;
  return (
    <div className="file-fill">
      <div className="file-bar">
        <Button
          size="small"
          icon={<ChevronLeftRegular />}
          aria-label={text.previous}
          title={text.previous}
          disabled={number === 1}
          onClick={() => {
            setNumber(number - 1);
          }}
        />
        <span role="status">{text.page(number, count)}</span>
        <Button
          size="small"
          icon={<ChevronRightRegular />}
          aria-label={text.next}
          title={text.next}
          disabled={number === count}
          onClick={() => {
            setNumber(number + 1);
          }}
        />
      </div>
      <PdfPage document={document} number={number} />
    </div>
  );
}
