import { sep } from "node:path";

/** The path of a local file or folder, as text and as bytes. */
export interface LocalPath {
  /**
   * The path as text. A byte of a name that is not UTF-8 is written as `%` and two hexadecimal digits: `caf%E9.txt`,
   * because output paths are text.
   */
  readonly path: string;
  /** The same with U+FFFD for such a byte, which is how programs receive it in their arguments. */
  readonly lossyPath: string;
  /** The path's bytes for opening it, if they are not UTF-8. */
  readonly bytes?: Buffer;
}

/** Creates a path from text. */
export function createLocalPath(path: string): LocalPath {
  return { path, lossyPath: path };
}

/** Joins the absolute path of a folder and the name of an entry in it. */
export function joinLocalPath(folder: LocalPath, name: Buffer | string): LocalPath {
  const text = name.toString();
  const isText = typeof name === "string" || Buffer.from(text).equals(name);
  const path = joinName(folder.path, isText ? text : escapeInvalidBytes(name));
  if (isText && folder.bytes === undefined) return { path, lossyPath: path };
  const slash = Buffer.from("/");
  return {
    path,
    lossyPath: joinName(folder.lossyPath, text),
    bytes: Buffer.concat([folder.bytes ?? Buffer.from(folder.path), slash, Buffer.from(name)]),
  };
}

/** A file name needs no normalization; `join` would check every character of the path. */
function joinName(folder: string, name: string): string {
  return folder.endsWith(sep) ? folder + name : folder + sep + name;
}

/** The path for a call of `node:fs`. */
export function toNativePath({ path, bytes }: LocalPath): string | Buffer {
  return bytes ?? path;
}

/** Decodes UTF-8, and writes every invalid byte as `%E9`. */
function escapeInvalidBytes(name: Buffer): string {
  let text = "";
  for (let position = 0; position < name.length;) {
    const length = getCharacterLength(name, position);
    text +=
      length === 0
        ? `%${name
            .subarray(position, position + 1)
            .toString("hex")
            .toUpperCase()}`
        : name.subarray(position, position + length).toString();
    position += Math.max(length, 1);
  }
  return text;
}

/** The number of bytes of the UTF-8 character there; 0 if invalid. */
function getCharacterLength(bytes: Buffer, position: number): number {
  for (let length = 1; length <= 4; length += 1) {
    const part = bytes.subarray(position, position + length);
    if (Buffer.from(part.toString()).equals(part)) return part.length;
  }
  return 0;
}
