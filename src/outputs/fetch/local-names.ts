import { createHash, hash } from "node:crypto";

/** Names that Windows keeps for devices, in any case, with any extension, also after blanks. */
const deviceName = /^(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9\u00b9\u00b2\u00b3]) *(?:\..*)?$/i;
/** What Windows may give a long name as its second, short one (`LONGNA~1.TXT`): it would lead to another file. */
const shortName = /^[^.]{1,6}~[0-9]{1,6}(?:\.[^.]{0,3})?$/;
/** What Windows does not hold in a name; the slash has been taken for the separator before. */
const unholdable = /[\p{Cc}<>:"|?*\\]/gu;
/** What the usual file systems hold in one name. */
const longestName = 255;

/**
 * Gives names of outputs to local files such that no two files meet, on any system: a name that Windows cannot hold, and
 * one that differs from an earlier one by case alone, or that is needed as a folder too, is changed, and gets a mark made
 * of the whole path, so that the same outputs always get the same names.
 */
export class LocalNames {
  /** Names given so far, by what tells them apart: a number for each, because there may be a million. */
  readonly #files = new Set<number>();
  readonly #folders = new Set<number>();

  /** The relative path to write an output to, with `/` between its segments; never empty, absolute or with "..". */
  nameFor(outputPath: string): string {
    const segments = outputPath.split("/");
    const folders = segments
      .slice(0, -1)
      .map((segment, index) => portableSegment(segment, segments.slice(0, index + 1).join("/")));
    const own = portableSegment(segments.at(-1) ?? "", outputPath);
    const folder = this.#freeFolder(folders, segments);
    const path = free(folder, own, outputPath, (taken) => this.#files.has(taken) || this.#folders.has(taken));
    this.#files.add(key(path));
    folder.forEach((_, index) => this.#folders.add(key(folder.slice(0, index + 1).join("/"))));
    return path;
  }

  /** A folder cannot have the name of a file that was given before: blobs `a` and `a/b` may both exist. */
  #freeFolder(folders: readonly string[], segments: readonly string[]): string[] {
    let path: string[] = [];
    folders.forEach((folder, index) => {
      const plain = segments.slice(0, index + 1).join("/");
      path = free(path, folder, plain, (taken) => this.#files.has(taken)).split("/");
    });
    return path;
  }
}

/**
 * The name in its folder, with a mark if it is taken. A marked name may be taken as well, by an output that somebody
 * gave that very name: then another mark is tried.
 */
function free(
  folder: readonly string[],
  name: string,
  plain: string,
  isTaken: (key: number) => boolean,
): string {
  let path = [...folder, name].join("/");
  for (let attempt = 0; isTaken(key(path)); attempt += 1) {
    path = [...folder, marked(name, attempt === 0 ? plain : `${plain}/${attempt}`)].join("/");
  }
  return path;
}

/** The segment as every system can hold it; a changed one carries the mark of the whole path. */
function portableSegment(segment: string, pathSoFar: string): string {
  const clean = segment.replace(unholdable, "_").replace(/[. ]+$/, (end) => "_".repeat(end.length));
  const isLegal =
    clean === segment &&
    segment !== "" &&
    !deviceName.test(segment) &&
    !shortName.test(segment) &&
    Buffer.byteLength(segment) <= longestName;
  return isLegal ? segment : marked(clean === "" ? "_" : clean, pathSoFar);
}

/** `frame~1a2b3c4d.jpg`: the extension stays, so that programs know the file. */
function marked(name: string, path: string): string {
  const mark = `~${createHash("sha256").update(path).digest("hex").slice(0, 8)}`;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 20 ? name.slice(dot) : "";
  const stem = name.slice(0, name.length - extension.length);
  return `${cutToBytes(stem, longestName - 40)}${mark}${extension}`;
}

function cutToBytes(text: string, bytes: number): string {
  let cut = text;
  while (Buffer.byteLength(cut) > bytes) cut = Array.from(cut).slice(0, -1).join("");
  return cut;
}

/**
 * 48 bits of a digest of the name without its case (and, where the system does not tell them apart, accents' form). Both
 * ways, because some letters have two small forms, or two large ones. Names that meet by chance are told apart for nothing.
 */
function key(path: string): number {
  const folded = (process.platform === "darwin" ? path.normalize("NFC") : path).toLowerCase().toUpperCase();
  return Number.parseInt(hash("md5", folded).slice(0, 12), 16);
}
