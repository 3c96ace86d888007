import { formatBytes, formatDuration } from "./formats.js";
import { hasStatusLine, writeMessage, showStatus, applyStyle, getTerminalWidth } from "./terminal.js";

/** How a command shows progress. */
export interface ProgressOptions {
  /** If false, nothing is shown. */
  readonly isShown: boolean;
  /** The interval between lines if there is no terminal. */
  readonly lineIntervalMs: number;
}

const redrawMs = 100;
const rateOverMs = 10_000;

/** Shows a bar with rate and remaining time on a terminal; elsewhere a line from time to time, which suits a log. */
export class Progress implements Disposable {
  /** The total size, if known; may be set later. */
  totalBytes: number | undefined;
  readonly #verb: string;
  readonly #samples: { readonly at: number; readonly bytes: number }[] = [
    { at: performance.now(), bytes: 0 },
  ];
  readonly #timer: NodeJS.Timeout | undefined;
  #loadedBytes = 0;

  /** @param verb - The action: "Saving". */
  constructor(verb: string, { isShown, lineIntervalMs }: ProgressOptions) {
    this.#verb = verb;
    if (!isShown) return;
    const isBar = hasStatusLine();
    this.#timer = setInterval(
      () => {
        this.#sample();
        if (isBar) showStatus(this.#bar());
        else writeMessage(this.#line());
      },
      isBar ? redrawMs : lineIntervalMs,
    );
    this.#timer.unref();
  }

  /** For `onProgress` of the library. */
  readonly update = ({ loadedBytes, totalBytes }: { loadedBytes: number; totalBytes?: number }): void => {
    this.#loadedBytes = loadedBytes;
    if (totalBytes !== undefined) this.totalBytes = totalBytes;
  };

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#timer !== undefined && hasStatusLine()) showStatus("");
  }

  #sample(): void {
    const now = performance.now();
    this.#samples.push({ at: now, bytes: this.#loadedBytes });
    while (this.#samples.length > 2 && now - (this.#samples[1]?.at ?? now) > rateOverMs)
      this.#samples.shift();
  }

  #bytesPerSecond(): number {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (!first || !last || last.at <= first.at) return 0;
    return ((last.bytes - first.bytes) * 1000) / (last.at - first.at);
  }

  #figures(): string[] {
    const rate = this.#bytesPerSecond();
    const total = this.totalBytes;
    const moved = formatBytes(this.#loadedBytes);
    const figures = [
      total === undefined ? moved : `${moved} of ${formatBytes(total)}`,
      `${formatBytes(rate)}/s`,
    ];
    if (total !== undefined && rate > 0)
      figures.push(`${formatDuration(Math.max(0, total - this.#loadedBytes) / rate)} left`);
    return figures;
  }

  #line(): string {
    return `${this.#verb}: ${this.#figures().join(", ")}`;
  }

  #bar(): string {
    const width = Math.max(1, (getTerminalWidth(process.stderr) ?? 80) - 1);
    const total = this.totalBytes;
    const share = total === undefined || total === 0 ? undefined : Math.min(1, this.#loadedBytes / total);
    const percent = share === undefined ? [] : [`${Math.floor(share * 100)} %`];
    const figures = [...percent, ...this.#figures()];
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
