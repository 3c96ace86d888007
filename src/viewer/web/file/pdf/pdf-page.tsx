import type { PDFDocumentProxy, PDFPageProxy } from "pdfjs-dist";
import { useEffect, useRef, useState } from "react";
import type { ViewerFailure } from "../../../protocol/index.js";
import { describeError } from "../../api/failure.js";
import { Failed } from "../../components/states.js";
import { reading } from "../../text/reading.js";

export interface PdfPageProps {
  readonly document: PDFDocumentProxy;
  /** From 1. */
  readonly number: number;
}

/** The maximum width and height of the canvas, whatever the size of the page. */
const maxPixels = 4096;

/** One page as a picture, with its text for screen readers. Links and forms are not rendered: they could lead anywhere. */
export function PdfPage({ document, number }: PdfPageProps) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [words, setWords] = useState("");
  const [failure, setFailure] = useState<ViewerFailure>();
  useEffect(() => {
    const leaving = new AbortController();
    const draw = async () => {
      const page = await document.getPage(number);
      leaving.signal.throwIfAborted();
      if (canvas.current === null || place.current === null) return;
      await drawPage(page, canvas.current, place.current.clientWidth, leaving.signal);
      const { items } = await page.getTextContent();
      if (!leaving.signal.aborted) setWords(items.map((item) => ("str" in item ? item.str : "")).join(" "));
    };
    draw().catch((error: unknown) => {
      if (!leaving.signal.aborted) setFailure(describeError(error));
    });
    return () => {
      leaving.abort();
    };
  }, [document, number]);
  return (
    <div
      ref={place}
      className="pdf-place"
      tabIndex={0}
      role="region"
      aria-label={reading.file.pdf.label(number)}
    >
      {failure !== undefined && <Failed title={reading.file.pdf.broken} failure={failure} />}
      <canvas ref={canvas} className="pdf-page" aria-hidden="true" />
      <p className="visually-hidden">{words}</p>
    </div>
  );
}

async function drawPage(
  page: PDFPageProxy,
  canvas: HTMLCanvasElement,
  roomWidth: number,
  abortSignal: AbortSignal,
): Promise<void> {
  const whole = page.getViewport({ scale: 1 });
  const width = Math.min(Math.max(200, roomWidth - 48), 1000);
  const sharpness = (width / whole.width) * devicePixelRatio;
  const scale = Math.min(sharpness, maxPixels / Math.max(whole.width, whole.height));
  const viewport = page.getViewport({ scale });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  canvas.style.width = `${width}px`;
  const rendering = page.render({ canvas, viewport });
  const abort = () => {
    rendering.cancel();
  };
  abortSignal.addEventListener("abort", abort, { once: true });
  await rendering.promise;
}
