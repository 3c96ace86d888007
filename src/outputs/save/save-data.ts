import { createHash } from "node:crypto";
import { argumentRangeError, requireString } from "../../core/index.js";
import {
  getBytesInMemory,
  chooseContentType,
  createDataReader,
  readKnownSize,
  type OutputData,
} from "../../storage/index.js";
import type { ContentOptions } from "../options/content-options.js";
import type { NamedOutput } from "../scope/named-output.js";
import { type SaveResult, writeOutput } from "./write-output.js";

/** Options of `saveText`. */
export type SaveTextOptions = ContentOptions;

/** Options of `saveData`. */
export type SaveDataOptions = ContentOptions;

/** Saves bytes, a stream or an iterable. The source is closed in any case. */
export async function saveData(
  output: NamedOutput,
  data: OutputData,
  options: SaveDataOptions,
): Promise<SaveResult> {
  const reader = createDataReader(data);
  try {
    const source = { content: reader, sizeBytes: readKnownSize(data), digest: createDigest(data) };
    return await writeOutput(output, source, options);
  } finally {
    await reader.close();
  }
}

/** Bytes in memory can be read twice. Other sources are hashed while they are read. */
function createDigest(data: OutputData): (() => Promise<Uint8Array>) | undefined {
  const bytes = getBytesInMemory(data);
  return bytes && (async () => createHash("md5").update(bytes).digest());
}

/** Encodes the text as UTF-8 without a byte order mark, like .NET. Throws an argument error that names `text`. */
export function encodeText(text: string): Uint8Array {
  requireString(text, "text");
  // UTF-8 cannot represent unpaired surrogates: each would become another character.
  const half = /\p{Surrogate}/u.exec(text);
  if (half)
    throw argumentRangeError(
      "text",
      `has half of a surrogate pair at position ${half.index}, which UTF-8 cannot represent; save it as bytes`,
    );
  return Buffer.from(text, "utf8");
}

/** The content type of a text by its name, with its encoding. */
export function chooseTextContentType(path: string): string {
  const type = chooseContentType(path);
  if (type === "application/octet-stream") return "text/plain; charset=utf-8";
  return type.startsWith("text/") && !type.includes("charset") ? `${type}; charset=utf-8` : type;
}
