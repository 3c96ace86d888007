/**
 * The parts of a tracked log's blob name.
 *
 * `stdout.txt` is the log of the latest attempt. `stdout.attempt-1.txt` is the log of the first attempt, kept when the
 * task ran again. `stdout.part-2.txt` continues a log that exceeds one append blob, `stdout.attempt-1.part-2.txt` that
 * of an earlier attempt. The marks precede the extension, so that viewers recognize a text file.
 */
export interface LogName {
  /** The requested name: that of the latest attempt's first part. */
  readonly path: string;
  /** 1 and up for an earlier attempt that was kept; `undefined` for the latest. */
  readonly attempt: number | undefined;
  /** 1 for the first part of the log, 2 and up for its continuations. */
  readonly part: number;
}

// Short and without a hyphen, so that a mark is not parsed as an extension.
const extension = /\.[A-Za-z0-9]{1,16}$/;
const marked = /^(.*?)(?:\.attempt-([1-9]\d{0,8}))?(?:\.part-([2-9]|[1-9]\d{1,8}))?$/s;

/** Formats the blob name (or output path) of a part of an attempt's log. The inverse of {@link parseLogName}. */
export function formatLogName({ path, attempt, part }: LogName): string {
  const { stem, ext } = split(path);
  return `${stem}${attempt === undefined ? "" : `.attempt-${attempt}`}${part === 1 ? "" : `.part-${part}`}${ext}`;
}

/** Parses a name. A name without marks is the path itself; it does not show whether the blob is a log. */
export function parseLogName(name: string): LogName {
  const { stem, ext } = split(name);
  const [, base = stem, attempt, part] = marked.exec(stem) ?? [];
  const found: LogName = {
    path: `${base}${ext}`,
    attempt: attempt === undefined ? undefined : Number(attempt),
    part: part === undefined ? 1 : Number(part),
  };
  // A mark alone, or in another position, belongs to the name itself.
  const isMarked = base !== "" && !base.endsWith("/") && formatLogName(found) === name;
  return isMarked ? found : { path: name, attempt: undefined, part: 1 };
}

/** Whether a log can have this name: names for attempts and parts are reserved. */
export function isPlainLogName(name: string): boolean {
  return !/\.(?:attempt|part)-\d+$/.test(split(name).stem);
}

function split(name: string): { stem: string; ext: string } {
  const [ext = ""] = extension.exec(name) ?? [];
  const stem = name.slice(0, name.length - ext.length);
  // ".bashrc" has no extension.
  return stem === "" || stem.endsWith("/") ? { stem: name, ext: "" } : { stem, ext };
}
