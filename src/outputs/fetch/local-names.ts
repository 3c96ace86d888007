import { createHash, hash } from "node:crypto";

/** Names that Windows reserves for devices, in any case, with any extension, also after spaces. */
const deviceName = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3]) *(?:\..*)?$/i;
/** Short names that Windows may create for long ones (`LONGNA~1.TXT`): such a name could refer to another file. */
const shortName = /^[^.]{1,6}~[0-9]{1,6}(?:\.[^.]{0,3})?$/;
/** Characters that Windows does not permit in names; the slash has already been used as the separator. */
const unstorable = /[\p{Cc}<>:"|?*\\]/gu;
/** The maximum length of a name in common file systems. */
const maxNameBytes = 255;

/**
 * Chooses local file names for outputs such that no two files collide, on any system: a name that Windows cannot store,
 * that differs from an earlier one only in case or in the encoding of accents, or that is also needed as a folder, is changed, and gets a mark
 * computed from the whole path, so that the same outputs always get the same names.
 */
export class LocalNames {
  /** The keys of the names chosen so far: one number for each name, because there may be a million. */
  readonly #files = new Set<number>();
  readonly #folders = new Set<number>();

  /** Chooses the relative path for an output, with `/` between its segments; never empty, absolute or with "..". */
  choose(outputPath: string): string {
    const segments = outputPath.split("/");
    const folders = segments
      .slice(0, -1)
      .map((segment, index) => makePortable(segment, segments.slice(0, index + 1).join("/")));
    const own = makePortable(segments.at(-1) ?? "", outputPath);
    const folder = this.#chooseFolder(folders, segments);
    const path = findFree(
      folder,
      own,
      outputPath,
      (taken) => this.#files.has(taken) || this.#folders.has(taken),
    );
    this.#files.add(toKey(path));
    folder.forEach((_, index) => this.#folders.add(toKey(folder.slice(0, index + 1).join("/"))));
    return path;
  }

  /** Chooses the folder of an output. It cannot have the name of an earlier file: blobs `a` and `a/b` may both exist. */
  #chooseFolder(folders: readonly string[], segments: readonly string[]): string[] {
    let path: string[] = [];
    folders.forEach((folder, index) => {
      const plain = segments.slice(0, index + 1).join("/");
      path = findFree(path, folder, plain, (taken) => this.#files.has(taken)).split("/");
    });
    return path;
  }
}

/**
 * Returns the name in its folder, with a mark if the name is in use. If an output already has the name with that mark,
 * another mark is tried.
 */
function findFree(
  folder: readonly string[],
  name: string,
  plain: string,
  isTaken: (key: number) => boolean,
): string {
  let path = [...folder, name].join("/");
  for (let attempt = 0; isTaken(toKey(path)); attempt += 1) {
    path = [...folder, addMark(name, attempt === 0 ? plain : `${plain}/${attempt}`)].join("/");
  }
  return path;
}

/** Changes a segment to a form that every system can store. A changed segment contains the mark of the whole path. */
function makePortable(segment: string, pathSoFar: string): string {
  const clean = segment.replace(unstorable, "_").replace(/[. ]+$/, (end) => "_".repeat(end.length));
  const isLegal =
    clean === segment &&
    segment !== "" &&
    !deviceName.test(segment) &&
    !shortName.test(segment) &&
    Buffer.byteLength(segment) <= maxNameBytes;
  return isLegal ? segment : addMark(clean === "" ? "_" : clean, pathSoFar);
}

/** Adds the mark before the extension, so that programs recognize the file: `frame~1a2b3c4d.jpg`. */
function addMark(name: string, path: string): string {
  const mark = `~${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 20 ? name.slice(dot) : "";
  const stem = name.slice(0, name.length - extension.length);
  const marked = `${cutToBytes(stem, maxNameBytes - 40)}${mark}${extension}`;
  // The mark is not before the first dot: `con.log.txt`.
  return deviceName.test(marked) ? `_${marked}` : marked;
}

function cutToBytes(text: string, bytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > bytes) cut = Array.from(cut).slice(0, -1).join("");
  return cut;
}

/**
 * Converts a path to 48 bits of a digest that ignores letter case and, as file systems of macOS do, the encoding of accents. Text is
 * converted to lower case and then to upper case, because some letters have two lower-case or two upper-case forms. A
 * collision only causes an unneeded mark.
 */
function toKey(path: string): number {
  const folded = path.normalize("NFC").toLowerCase().toUpperCase();
  return Number.parseInt(hash("md5", folded).slice(0, 12), 16);
}
