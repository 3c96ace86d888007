import { createHash } from "node:crypto";
import { argumentRangeError, requireString } from "../../core/index.js";
import { requireOutputKind, requireOutputPath } from "../../conventions/index.js";
import {
  bytesInMemory,
  contentTypeFor,
  createDataReader,
  readKnownSize,
  type OutputData,
} from "../../storage/index.js";
import { checkContentOptions, type ContentOptions } from "../options/content-options.js";
import { blobNameIn, type OutputScope } from "../scope/output-scope.js";
import { type SaveResult, writeOutput } from "./write-output.js";

/** Options of `saveText`. */
export type SaveTextOptions = ContentOptions;

/** Options of `saveData`. */
export type SaveDataOptions = ContentOptions;

/** Checks the arguments that `saveText` and `saveData` share. Throws naming the argument. */
export function checkDestination(
  scope: OutputScope,
  kind: string,
  destinationPath: string,
  options: ContentOptions,
): void {
  checkContentOptions(options);
  requireOutputKind(kind);
  requireOutputPath(destinationPath, "destinationPath");
  blobNameIn(scope, kind, destinationPath, "destinationPath");
}

/** Saves bytes, a stream or an iterable. The source is closed in any case. */
export async function saveData(
  scope: OutputScope,
  kind: string,
  data: OutputData,
  path: string,
  options: SaveDataOptions,
): Promise<SaveResult> {
  const reader = createDataReader(data);
  try {
    const source = { content: reader, sizeBytes: readKnownSize(data), digest: digestOf(data) };
    return await writeOutput(scope, { kind, path }, source, options);
  } finally {
    await reader.close();
  }
}

/** Bytes in memory can be read twice; anything else is hashed as it is read. */
function digestOf(data: OutputData): (() => Promise<Uint8Array>) | undefined {
  const bytes = bytesInMemory(data);
  return bytes && (async () => createHash("md5").update(bytes).digest());
}

/** The text as UTF-8 without a byte-order mark, as .NET saves it. Throws naming `text`. */
export function textBytes(text: string): Uint8Array {
  requireString(text, "text");
  // UTF-8 has no half surrogate pairs: they would silently become another character.
  const half = /\p{Surrogate}/u.exec(text);
  if (half)
    throw argumentRangeError(
      "text",
      `has half of a surrogate pair at position ${half.index}, which UTF-8 cannot hold; save it with saveData`,
    );
  return Buffer.from(text, "utf8");
}

/** Of a text its encoding is known, so every text type can say so. */
export function textContentType(path: string): string {
  const type = contentTypeFor(path);
  if (type === "application/octet-stream") return "text/plain; charset=utf-8";
  return type.startsWith("text/") && !type.includes("charset") ? `${type}; charset=utf-8` : type;
}
