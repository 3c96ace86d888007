import type { ArchiveEntry } from "../../protocol/index.js";
import { type ByteReader, createArchiveError } from "./byte-reader.js";
import { parsePaxRecords, parseTarHeader, tarBlockBytes, type TarHeader } from "./tar-header.js";

/** The maximum size of a name, or of other information about an entry, that is read. */
const maxExtraBytes = 64 * 1024;
/** The maximum number of consecutive headers with such information, because a file could consist only of them. */
const maxExtraHeaders = 100;

/** Headers that describe other entries: "x" and "L" the next one, "g" all files, and "K" the target of a link. */
const extraTypes: ReadonlySet<string> = new Set(["x", "L", "g", "K"]);

/** An entry, and where its content begins. */
export interface TarEntry {
  readonly entry: ArchiveEntry;
  readonly position: number;
}

/** Finds the entries of a tar file from header to header; contents are skipped. Returns whether the file is cut. */
export async function* findTarEntries({ read }: ByteReader): AsyncGenerator<TarEntry, boolean> {
  let extra: { readonly path?: string | undefined; readonly size?: number } = {};
  let extraHeaders = 0;
  for (let position = 0; ;) {
    const block = await read(position, tarBlockBytes);
    const header = parseTarHeader(block);
    if (header === undefined) {
      if (position > 0 && block.length < tarBlockBytes) return true;
      // Blocks of zeros end the file.
      if (position > 0 && block.every((byte) => byte === 0)) return false;
      throw createArchiveError(
        position === 0 ? "It is not a tar file" : `There is no header of an entry at byte ${position}`,
      );
    }
    const content = position + tarBlockBytes;
    const isExtra = extraTypes.has(header.type);
    const size = isExtra ? header.size : (extra.size ?? header.size);
    if (!Number.isSafeInteger(size) || size < 0)
      throw createArchiveError(`The size at byte ${position} is not valid`);
    position = content + Math.ceil(size / tarBlockBytes) * tarBlockBytes;
    extraHeaders += 1;
    if (extraHeaders > maxExtraHeaders)
      throw createArchiveError(`There are no files before byte ${position}`);
    if (header.type === "x" || header.type === "L")
      extra = { ...extra, ...parseExtra(header, await read(content, Math.min(size, maxExtraBytes))) };
    else if (!isExtra) {
      yield { entry: createEntry(header, extra.path ?? header.path, size), position: content };
      extra = {};
      extraHeaders = 0;
    }
  }
}

function parseExtra(header: TarHeader, bytes: Buffer): { path?: string | undefined; size?: number } {
  if (header.type === "L") return { path: bytes.toString("utf8").replace(/\0.*$/s, "") };
  const records = parsePaxRecords(bytes);
  const path = records.get("path");
  const size = records.get("size");
  return { ...(path !== undefined && { path }), ...(size !== undefined && { size: Number(size) }) };
}

function createEntry({ type, modifiedAt }: TarHeader, path: string, size: number): ArchiveEntry {
  const modified = new Date(modifiedAt);
  return {
    path,
    isFolder: type === "5",
    size,
    ...(!Number.isNaN(modified.getTime()) && { modified: modified.toISOString() }),
  };
}
