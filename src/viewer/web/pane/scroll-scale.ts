/**
 * A browser's scroll bar for a file of any length. Elements have a greatest height, and how many rows there are nobody
 * knows; so the bar stands for bytes. Small steps move the rows by as many pixels; a leap, as of the bar's thumb, goes to
 * the byte that the new place stands for; and when the reader rests, the thumb is put where the rows are.
 */
export interface ScrollScale {
  /** How high the browser believes the rows to be together. */
  readonly height: number;
  readonly viewport: number;
}

const greatestHeight = 8_000_000;

export function createScrollScale(size: number, pixelsPerByte: number, viewport: number): ScrollScale {
  const height = Math.min(greatestHeight, Math.ceil(size * pixelsPerByte));
  return { height: Math.max(height, viewport), viewport };
}

/** Whether a step is a leap. */
export function isJump(step: number, { viewport }: ScrollScale): boolean {
  return Math.abs(step) > 2 * viewport;
}

/** The byte that a place of the bar stands for. */
export function scrollToByte(scrollTop: number, size: number, scale: ScrollScale): number {
  const most = scale.height - scale.viewport;
  return most <= 0 ? 0 : Math.min(size, Math.max(0, Math.floor((scrollTop / most) * size)));
}

export interface PanePosition {
  /** The first byte that can be seen. */
  readonly offset: number;
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
  /** New bytes at the end move the rows up. */
  readonly isFollowing: boolean;
}

/** Where the bar belongs. Its ends mean the file's ends, and nothing else: elsewhere there is room for a next step. */
export function byteToScroll(place: PanePosition, size: number, scale: ScrollScale): number {
  const most = scale.height - scale.viewport;
  if (place.isAtStart || most <= 0) return 0;
  if (place.isAtEnd) return most;
  const room = Math.min(600, most / 8);
  return Math.min(most - room, Math.max(room, (place.offset / Math.max(1, size)) * most));
}
