import type { ReactNode } from "react";
import { lazyComponent } from "../components/lazy-component.js";
import { HexView } from "./text/hex-view.js";
import { HtmlView } from "./views/html-view.js";
import type { ViewKind } from "./view-kind.js";
import { MediaView } from "./views/media-view.js";
import type { OpenFile } from "./opened/open-file.js";
import { PictureView } from "./views/picture-view.js";
import { TextView } from "./text/text-view.js";

// Loaded when such a file is opened, because each needs a library.
const ArchiveView = lazyComponent(async () => (await import("./data/archive-view.js")).ArchiveView);
const ArrowView = lazyComponent(async () => (await import("./arrow/arrow-view.js")).ArrowView);
const CodeView = lazyComponent(async () => (await import("./views/code-view.js")).CodeView);
const JsonView = lazyComponent(async () => (await import("./data/json-view.js")).JsonView);
const MarkdownView = lazyComponent(async () => (await import("./views/markdown-view.js")).MarkdownView);
const NotebookView = lazyComponent(async () => (await import("./notebook/notebook-view.js")).NotebookView);
const ParquetView = lazyComponent(async () => (await import("./data/parquet-view.js")).ParquetView);
const PdfView = lazyComponent(async () => (await import("./pdf/pdf-view.js")).PdfView);
const TableView = lazyComponent(async () => (await import("./data/table-view.js")).TableView);

/** Shows a file in the chosen view. */
export function FileBody({ file, kind }: { readonly file: OpenFile; readonly kind: ViewKind }): ReactNode {
  switch (kind) {
    case "picture":
      return <PictureView file={file} />;
    case "video":
    case "audio":
      return <MediaView file={file} kind={kind} />;
    case "pdf":
      return <PdfView file={file} />;
    case "html":
      return <HtmlView file={file} />;
    case "markdown":
      return <MarkdownView file={file} />;
    case "json":
      return <JsonView file={file} />;
    case "ndjson":
    case "table":
      return <TableView file={file} kind={kind} />;
    case "notebook":
      return <NotebookView file={file} />;
    case "parquet":
      return <ParquetView file={file} />;
    case "arrow":
      return <ArrowView file={file} />;
    case "archive":
      return <ArchiveView file={file} />;
    case "code":
      return <CodeView file={file} />;
    case "text":
      return <TextView file={file} />;
    case "hex":
      return <HexView file={file} />;
  }
}
