import { formatBytes, formatDuration, formatInteger } from "./formats.js";
import { getSilence, reportSilenceInBar } from "./report-silence.js";
import { hasStatusLine, writeMessage, showStatus, applyStyle, getTerminalWidth } from "./terminal.js";

/** Options for showing the progress of a command. */
export interface ProgressOptions {
  /** If false, nothing is shown. */
  readonly isShown: boolean;
  /** The interval between lines if there is no terminal. */
  readonly lineIntervalMs: number;
}

const redrawMs = 100;
const rateOverMs = 10_000;
/** Files that are smaller on average are counted. */
const smallBytes = 256 * 1024;

/** The progress of a command. */
export interface ProgressUpdate {
  readonly loadedBytes: number;
  readonly loadedFiles?: number | undefined;
  readonly totalBytes?: number | undefined;
}

/**
 * Shows a bar with rate and remaining time on a terminal; elsewhere it prints a line from time to time, which is
 * readable in a log.
 */
export class Progress implements Disposable {
  /** The total size and number of files, as far as they are known; may be set later. */
  total: { readonly bytes?: number | undefined; readonly files?: number | undefined } = {};
  readonly #verb: string;
  readonly #samples: { readonly at: number; readonly bytes: number; readonly share: number }[] = [
    { at: performance.now(), bytes: 0, share: 0 },
  ];
  readonly #timer: NodeJS.Timeout | undefined;
  #loadedBytes = 0;
  #loadedFiles: number | undefined;
  #endSilenceReports: (() => void) | undefined;

  /** @param verb - The action: "Saving". */
  constructor(verb: string, { isShown, lineIntervalMs }: ProgressOptions) {
    this.#verb = verb;
    if (!isShown) return;
    const isBar = hasStatusLine();
    if (isBar) this.#endSilenceReports = reportSilenceInBar();
    this.#timer = setInterval(
      () => {
        this.#sample();
        if (isBar) showStatus(this.#formatBar());
        else writeMessage(this.#formatLine());
      },
      isBar ? redrawMs : lineIntervalMs,
    );
    this.#timer.unref();
  }

  /** For `onProgress` of the library; `loadedFiles` is the number of files that are done. */
  readonly update = ({ loadedBytes, loadedFiles, totalBytes }: ProgressUpdate): void => {
    this.#loadedBytes = loadedBytes;
    if (loadedFiles !== undefined) this.#loadedFiles = loadedFiles;
    if (totalBytes !== undefined) this.total = { ...this.total, bytes: totalBytes };
  };

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#endSilenceReports?.();
    this.#endSilenceReports = undefined;
    if (this.#timer !== undefined && hasStatusLine()) showStatus("");
  }

  #sample(): void {
    const now = performance.now();
    this.#samples.push({ at: now, bytes: this.#loadedBytes, share: this.#share() ?? 0 });
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) > rateOverMs)
      this.#samples.shift();
  }

  #computeBytesPerSecond(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at <= first.at) return 0;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }

  /**
   * Returns the completed share: of the bytes, or of the number of files if they are small, because each needs a
   * request.
   */
  #share(): number | undefined {
    const { bytes, files } = this.total;
    if (this.#areFilesSmall() && files !== undefined && files > 0)
      return Math.min(1, (this.#loadedFiles ?? 0) / files);
    return bytes === undefined || bytes === 0 ? undefined : Math.min(1, this.#loadedBytes / bytes);
  }

  #areFilesSmall(): boolean {
    const { bytes = this.#loadedBytes, files = this.#loadedFiles } = this.total;
    return this.#loadedFiles !== undefined && files !== undefined && files > 1 && bytes / files < smallBytes;
  }

  #formatFigures(): string[] {
    const rate = this.#computeBytesPerSecond();
    const { bytes } = this.total;
    const moved = formatBytes(this.#loadedBytes);
    const files = this.#areFilesSmall() ? this.#formatFiles() : undefined;
    const figures =
      files === undefined
        ? [bytes === undefined ? moved : `${moved} of ${formatBytes(bytes)}`]
        : [files, moved];
    const silent = getSilence();
    // Rate and remaining time have no meaning while nothing arrives.
    if (silent !== undefined)
      return [...figures, `no answer for ${formatDuration(silent.silentInMs / 1000)}`];
    const left = this.#computeSecondsLeft();
    return [
      ...figures,
      `${formatBytes(rate)}/s`,
      ...(left === undefined ? [] : [`${formatDuration(left)} left`]),
    ];
  }

  #formatFiles(): string {
    const { files } = this.total;
    const loaded = formatInteger(this.#loadedFiles ?? 0);
    return files === undefined ? `${loaded} files` : `${loaded} of ${formatInteger(files)} files`;
  }

  #computeSecondsLeft(): number | undefined {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    const share = this.#share();
    if (first === undefined || last === undefined || share === undefined) return undefined;
    const gained = share - first.share;
    return gained <= 0 ? undefined : ((1 - share) * (last.at - first.at)) / gained / 1000;
  }

  #formatLine(): string {
    return `${this.#verb}: ${this.#formatFigures().join(", ")}`;
  }

  #formatBar(): string {
    const width = Math.max(1, (getTerminalWidth(process.stderr) ?? 80) - 1);
    const share = this.#share();
    const percent = share === undefined ? [] : [`${Math.floor(share * 100)} %`];
    const figures = [...percent, ...this.#formatFigures()];
    while (figures.length > 1 && this.#verb.length + figures.join("  ").length + 1 > width) figures.pop();
    const text = `${this.#verb} ${figures.join("  ")}`.slice(0, width);
    const room = width - text.length - 1;
    if (share === undefined || room < 10) return text;
    const cells = Math.min(room, 40);
    const full = Math.round(share * cells);
    const bar =
      applyStyle(process.stderr, "green", "█".repeat(full)) +
      applyStyle(process.stderr, "dim", "░".repeat(cells - full));
    return `${this.#verb} ${bar} ${figures.join("  ")}`;
  }
}
