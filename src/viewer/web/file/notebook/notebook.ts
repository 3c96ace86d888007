/** A Jupyter notebook. */
export interface Notebook {
  /** The language of its code, such as `python`. */
  readonly language: string | undefined;
  readonly cells: readonly NotebookCell[];
}

export type NotebookCell =
  | { readonly type: "markdown" | "raw"; readonly source: string }
  | {
      readonly type: "code";
      readonly source: string;
      /** The number that the kernel gave it when it last ran. */
      readonly count: number | undefined;
      readonly outputs: readonly CellOutput[];
    };

export type CellOutput =
  /** Text with control sequences for a terminal. */
  | { readonly type: "text"; readonly text: string; readonly isError: boolean }
  | { readonly type: "markdown"; readonly text: string }
  /** `data` is base64, or the text of an SVG. */
  | { readonly type: "picture"; readonly mediaType: string; readonly data: string; readonly text: string }
  /** Only active content, such as HTML and widgets, which is not shown. */
  | { readonly type: "inactive"; readonly text: string; readonly mediaTypes: readonly string[] };

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Parses a notebook of format 4.
 *
 * @throws SyntaxError It is not JSON, or not such a notebook.
 */
export function parseNotebook(text: string): Notebook {
  const root = asObject(JSON.parse(text.replace(/^\uFEFF/, "")));
  const cells = root?.["cells"];
  if (!Array.isArray(cells)) throw new SyntaxError("It has no list of cells");
  const metadata = asObject(root?.["metadata"]);
  const language =
    asObject(metadata?.["language_info"])?.["name"] ?? asObject(metadata?.["kernelspec"])?.["language"];
  return {
    language: typeof language === "string" ? language.toLowerCase() : undefined,
    cells: cells.map((cell) => parseCell(asObject(cell) ?? {})),
  };
}

function parseCell(cell: JsonObject): NotebookCell {
  const source = joinText(cell["source"]);
  if (cell["cell_type"] === "markdown") return { type: "markdown", source };
  if (cell["cell_type"] !== "code") return { type: "raw", source };
  const { execution_count: count, outputs } = cell;
  return {
    type: "code",
    source,
    count: typeof count === "number" ? count : undefined,
    outputs: Array.isArray(outputs) ? outputs.map((output) => parseOutput(asObject(output) ?? {})) : [],
  };
}

function parseOutput(output: JsonObject): CellOutput {
  switch (output["output_type"]) {
    case "stream":
      return { type: "text", text: joinText(output["text"]), isError: output["name"] === "stderr" };
    case "error": {
      const { traceback, ename, evalue } = output;
      const lines = Array.isArray(traceback) ? traceback.map(joinText) : [];
      const name = `${joinText(ename)}: ${joinText(evalue)}`;
      return { type: "text", text: lines.length > 0 ? lines.join("\n") : name, isError: true };
    }
    default:
      return parseBundle(asObject(output["data"]) ?? {});
  }
}

const pictureTypes = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"];

/** Chooses one of the forms of a result: a picture, Markdown or text, but nothing that a browser would run. */
function parseBundle(bundle: JsonObject): CellOutput {
  const text = joinText(bundle["text/plain"] ?? bundle["text/latex"]);
  const mediaType = pictureTypes.find((type) => bundle[type] !== undefined);
  if (mediaType !== undefined) return { type: "picture", mediaType, data: joinText(bundle[mediaType]), text };
  if (bundle["text/markdown"] !== undefined)
    return { type: "markdown", text: joinText(bundle["text/markdown"]) };
  const active = Object.keys(bundle).filter(
    (type) => !["text/plain", "text/latex", "application/json"].includes(type),
  );
  if (active.length > 0) return { type: "inactive", text, mediaTypes: active };
  const json = bundle["application/json"];
  return {
    type: "text",
    text: text === "" && json !== undefined ? JSON.stringify(json, null, 2) : text,
    isError: false,
  };
}

/** Texts are strings, or lists of lines with their line ends. */
function joinText(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.filter((part) => typeof part === "string").join("") : "";
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
