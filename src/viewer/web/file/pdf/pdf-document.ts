import { getDocument, GlobalWorkerOptions, PDFDataRangeTransport, type PDFDocumentProxy } from "pdfjs-dist";
import worker from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import type { OpenFile } from "../opened/open-file.js";

GlobalWorkerOptions.workerSrc = worker;

const rangeBytes = 262_144;

/**
 * Opens a PDF by reading ranges. pdf.js is used only to draw pages: scripts, forms and actions are ignored, no code is generated
 * from the file, and nothing but its bytes is requested.
 */
export async function openPdf(file: OpenFile, abortSignal: AbortSignal): Promise<PDFDocumentProxy> {
  const transport = new OutputRanges(file, abortSignal);
  const loading = getDocument({
    range: transport,
    rangeChunkSize: rangeBytes,
    disableAutoFetch: true,
    disableStream: true,
    isEvalSupported: false,
    useWasm: false,
    enableXfa: false,
    useSystemFonts: true,
    verbosity: 0,
  });
  const abort = () => {
    loading.destroy().catch((error: unknown) => {
      reportError(error);
    });
  };
  abortSignal.addEventListener("abort", abort, { once: true });
  return await Promise.race([loading.promise, transport.failed]);
}

class OutputRanges extends PDFDataRangeTransport {
  /** Rejects when a range cannot be read; pdf.js would wait forever. */
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => undefined;

  constructor(
    private readonly file: OpenFile,
    private readonly abortSignal: AbortSignal,
  ) {
    // A copy: pdf.js transfers its buffer to its worker, and the first bytes are needed again when the theme changes.
    super(file.size, file.head.slice());
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
  }

  override requestDataRange(begin: number, end: number): void {
    this.file.source.read({ start: begin, end }, { abortSignal: this.abortSignal }).then(
      (bytes) => {
        this.onDataRange(begin, bytes);
      },
      (error: unknown) => {
        this.#fail(error);
      },
    );
  }
}
