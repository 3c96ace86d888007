/**
 * Which blob of a tracked log a name stands for. Pure: names in, names out.
 *
 * `stdout.txt` is the log of the latest attempt. `stdout.attempt-1.txt` is the log of the first attempt, kept when the
 * task ran again. `stdout.part-2.txt` continues a log that outgrew one append blob, `stdout.attempt-1.part-2.txt` the
 * one of a former attempt. The marks stand before the extension, so that every viewer still knows a text file.
 */
export interface LogName {
  /** The name that was asked for: of the latest attempt's first part. */
  readonly path: string;
  /** 1 and up for a former attempt that was kept; `undefined` for the latest. */
  readonly attempt: number | undefined;
  /** 1 for the beginning of the log, 2 and up for its continuations. */
  readonly part: number;
}

// Short and without a hyphen, so that no mark is taken for an extension.
const extension = /\.[A-Za-z0-9]{1,16}$/;
const marked = /^(.*?)(?:\.attempt-([1-9]\d{0,8}))?(?:\.part-([2-9]|[1-9]\d{1,8}))?$/s;

/** The blob name (or output path) for a part of an attempt's log. The inverse of {@link parseLogName}. */
export function formatLogName({ path, attempt, part }: LogName): string {
  const { stem, ext } = split(path);
  return `${stem}${attempt === undefined ? "" : `.attempt-${attempt}`}${part === 1 ? "" : `.part-${part}`}${ext}`;
}

/** What a name stands for. A name without marks stands for itself: whether it is a log at all is not in its name. */
export function parseLogName(name: string): LogName {
  const { stem, ext } = split(name);
  const [, base = stem, attempt, part] = marked.exec(stem) ?? [];
  const found: LogName = {
    path: `${base}${ext}`,
    attempt: attempt === undefined ? undefined : Number(attempt),
    part: part === undefined ? 1 : Number(part),
  };
  // A mark alone, or one in a place where we do not put it, is a part of the name.
  const isMarked = base !== "" && !base.endsWith("/") && formatLogName(found) === name;
  return isMarked ? found : { path: name, attempt: undefined, part: 1 };
}

/** Whether a log can have this name: not one that ends as the names of attempts and parts of other logs do. */
export function isPlainLogName(name: string): boolean {
  return !/\.(?:attempt|part)-\d+$/.test(split(name).stem);
}

function split(name: string): { stem: string; ext: string } {
  const [ext = ""] = extension.exec(name) ?? [];
  const stem = name.slice(0, name.length - ext.length);
  // ".bashrc" has no extension, it is hidden.
  return stem === "" || stem.endsWith("/") ? { stem: name, ext: "" } : { stem, ext };
}
