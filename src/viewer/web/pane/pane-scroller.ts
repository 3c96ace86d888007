import type { Row } from "../rows/rows.js";
import {
  scrollToByte,
  isJump,
  type PanePosition,
  byteToScroll,
  createScrollScale,
  type ScrollScale,
} from "./scroll-scale.js";

export interface PaneElements {
  /** Scrolls, with the browser's own scroll bar. */
  readonly scroller: HTMLElement;
  /** Has the estimated height of the file. */
  readonly space: HTMLElement;
  /** Stays visible while the space scrolls. */
  readonly viewport: HTMLElement;
  /** Moves within the viewport; one child per row. */
  readonly rows: HTMLElement;
}

/** What to draw: the rows around a byte, or the last rows. */
export type DrawAnchor = number | "end";

export interface PaneHost {
  draw(around: DrawAnchor): void;
  onMove(place: PanePosition): void;
}

/** A wheel event within this time scrolls by rows, however fast it is: only dragging the scroll bar jumps. */
const wheelMs = 250;

/** The scroll bar's thumb is corrected after this time without scrolling. */
const restMs = 120;

/** Positions the rows of a pane while the browser scrolls, to the pixel, from any byte on. */
export class PaneScroller {
  #rows: readonly Row[] = [];
  #size = 0;
  /** The row of this byte begins `top` pixels below the upper edge of the pane. */
  #anchor = { offset: 0, top: 0 };
  #drawnAround: DrawAnchor;
  #shift = 0;
  #lastTop = 0;
  #pixelsPerByte: number | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #reported: PanePosition | undefined;
  #wheeledAt = -wheelMs;

  constructor(
    private readonly elements: PaneElements,
    private readonly host: PaneHost,
    start: DrawAnchor,
  ) {
    this.#drawnAround = start;
    if (start !== "end") this.#anchor = { offset: start, top: Math.floor(this.#height / 3) };
    elements.scroller.addEventListener("wheel", this.#onWheel, { passive: true });
    elements.scroller.addEventListener("scroll", this.#onScroll, { passive: true });
  }

  /** Whether the pane follows the end. */
  get isAtEnd(): boolean {
    return this.#drawnAround === "end";
  }

  close(): void {
    clearTimeout(this.#rest);
    this.elements.scroller.removeEventListener("wheel", this.#onWheel);
    this.elements.scroller.removeEventListener("scroll", this.#onScroll);
  }

  /** Positions rows that were drawn. Call it before they are painted. */
  update(rows: readonly Row[], size: number): void {
    this.#rows = rows;
    this.#size = size;
    this.elements.viewport.style.height = `${this.#height}px`;
    if (rows.length === 0) return;
    this.#measure();
    this.#placeRows();
    this.#syncScrollBar();
  }

  /** Measures again after the width or the wrapping of rows has changed. */
  relayout(): void {
    this.#pixelsPerByte = undefined;
    this.#measure();
    this.#placeRows();
    this.#syncScrollBar();
  }

  scrollToEnd(): void {
    this.#draw("end");
    this.#placeRows();
    this.#syncScrollBar();
  }

  /** Stops following the end. */
  stopFollowing(): void {
    if (this.isAtEnd) this.#draw(this.#anchor.offset);
    this.#applyShift();
  }

  /** Shows the row of a byte in the upper third of the pane; 0 shows the start. */
  scrollTo(offset: number): void {
    this.#anchor = { offset, top: offset === 0 ? 0 : Math.floor(this.#height / 3) };
    this.#draw(offset);
    this.#placeRows();
    this.#syncScrollBar();
  }

  /** Scrolls down by a number of pixels, or up if negative. */
  scrollBy(pixels: number): void {
    const fits = this.elements.rows.offsetHeight <= this.#height;
    if (pixels < 0 && this.isAtEnd && !fits) this.#draw(this.#anchor.offset);
    this.#shift -= pixels;
    this.#clampShift();
    this.#applyShift();
    if (pixels > 0 && !this.isAtEnd && this.#isEndVisible()) this.scrollToEnd();
    this.#redrawIfNear();
  }

  get #height(): number {
    return this.elements.scroller.clientHeight;
  }

  get #scale(): ScrollScale {
    return createScrollScale(this.#size, this.#pixelsPerByte ?? 0.2, this.#height);
  }

  readonly #onWheel = (): void => {
    this.#wheeledAt = performance.now();
  };

  readonly #onScroll = (): void => {
    const top = this.elements.scroller.scrollTop;
    const step = top - this.#lastTop;
    this.#lastTop = top;
    if (Math.abs(step) < 1) return;
    const scale = this.#scale;
    const isWheel = performance.now() - this.#wheeledAt < wheelMs;
    if (isWheel || !isJump(step, scale)) this.scrollBy(step);
    else if (top <= 1) this.scrollTo(0);
    else if (top >= scale.height - scale.viewport - 1) this.scrollToEnd();
    else this.#jumpTo(scrollToByte(top, this.#size, scale));
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#syncScrollBar();
    }, restMs);
  };

  #jumpTo(offset: number): void {
    this.#anchor = { offset, top: 0 };
    this.#draw(offset);
    this.#placeRows();
  }

  #draw(around: DrawAnchor): void {
    this.#drawnAround = around;
    this.host.draw(around);
  }

  /** Moves the rows so that the anchor's row is at its position. Does nothing while that row is not drawn yet. */
  #placeRows(): void {
    const { rows } = this.elements;
    if (this.isAtEnd) {
      if (this.#rows.at(-1)?.end !== this.#size) return;
      this.#shift = this.#height - rows.offsetHeight;
    } else {
      const element =
        rows.children[
          this.#rows.findIndex(({ start, end }) => start <= this.#anchor.offset && this.#anchor.offset < end)
        ];
      if (!(element instanceof HTMLElement)) return;
      this.#shift = this.#anchor.top - element.offsetTop;
    }
    this.#clampShift();
    this.#applyShift();
    this.#redrawIfNear();
  }

  /** Keeps the first row from moving below the upper edge, and the last from moving above the lower edge unless all rows fit. */
  #clampShift(): void {
    const lowest = Math.min(0, this.#height - this.elements.rows.offsetHeight);
    this.#shift = Math.min(0, Math.max(lowest, this.#shift));
  }

  #applyShift(): void {
    this.elements.rows.style.transform = `translateY(${this.#shift}px)`;
    const first = this.#findFirstVisible();
    const element = this.elements.rows.children[first];
    const row = this.#rows[first];
    if (row === undefined || !(element instanceof HTMLElement)) return;
    this.#anchor = { offset: row.start, top: element.offsetTop + this.#shift };
    const isAtStart = this.#rows[0]?.start === 0 && this.#shift === 0;
    this.#report({ offset: row.start, isAtStart, isAtEnd: this.#isEndVisible(), isFollowing: this.isAtEnd });
  }

  #report(place: PanePosition): void {
    if (JSON.stringify(place) === JSON.stringify(this.#reported)) return;
    this.#reported = place;
    this.host.onMove(place);
  }

  #findFirstVisible(): number {
    const { children } = this.elements.rows;
    let low = 0;
    for (let high = children.length; low < high;) {
      const middle = (low + high) >> 1;
      const element = children[middle];
      const isAbove =
        element instanceof HTMLElement && element.offsetTop + element.offsetHeight + this.#shift <= 0;
      if (isAbove) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #isEndVisible(): boolean {
    const isLastDrawn = this.#rows.at(-1)?.end === this.#size;
    return isLastDrawn && this.elements.rows.offsetHeight + this.#shift <= this.#height + 1;
  }

  /** One screen of rows is drawn above and below: when half of it is used up, draws around the new position. */
  #redrawIfNear(): void {
    if (this.isAtEnd || this.#drawnAround === this.#anchor.offset) return;
    const above = -this.#shift;
    const below = this.elements.rows.offsetHeight + this.#shift - this.#height;
    const lacksAbove = above < this.#height / 2 && this.#rows[0]?.start !== 0;
    const lacksBelow = below < this.#height / 2 && this.#rows.at(-1)?.end !== this.#size;
    if (lacksAbove || lacksBelow) this.#draw(this.#anchor.offset);
  }

  #measure(): void {
    const bytes = (this.#rows.at(-1)?.end ?? 0) - (this.#rows[0]?.start ?? 0);
    if (bytes > 0) this.#pixelsPerByte ??= this.elements.rows.offsetHeight / bytes;
  }

  #syncScrollBar(): void {
    const { scroller, space } = this.elements;
    const scale = this.#scale;
    space.style.height = `${scale.height}px`;
    const place = this.#reported ?? { offset: 0, isAtStart: true, isAtEnd: false, isFollowing: false };
    const goal = byteToScroll(place, this.#size, scale);
    if (Math.abs(goal - scroller.scrollTop) > 1) scroller.scrollTop = goal;
    // Read back, because the browser rounds it, and a lower space changes it.
    this.#lastTop = scroller.scrollTop;
  }
}
