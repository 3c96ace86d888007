/**
 * Maps a browser's scroll bar to a file of any length. The height of elements is limited and the number of rows unknown, so the
 * scroll bar represents bytes. A small step scrolls by pixels; a jump, such as dragging the thumb, goes to the byte at that
 * position; afterwards the thumb is moved to match the rows.
 */
export interface ScrollScale {
  /** The height of the scrolled element, in pixels. */
  readonly height: number;
  readonly viewport: number;
}

const maxHeight = 8_000_000;

export function createScrollScale(size: number, pixelsPerByte: number, viewport: number): ScrollScale {
  const height = Math.min(maxHeight, Math.ceil(size * pixelsPerByte));
  return { height: Math.max(height, viewport), viewport };
}

/** Whether a step is a jump. */
export function isJump(step: number, { viewport }: ScrollScale): boolean {
  return Math.abs(step) > 2 * viewport;
}

/** Returns the byte at a position of the scroll bar. */
export function scrollToByte(scrollTop: number, size: number, scale: ScrollScale): number {
  const max = scale.height - scale.viewport;
  return max <= 0 ? 0 : Math.min(size, Math.max(0, Math.floor((scrollTop / max) * size)));
}

export interface PanePosition {
  /** The first visible byte. */
  readonly offset: number;
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
  /** The pane follows the end. */
  readonly isFollowing: boolean;
}

/**
 * Returns the position of the scroll bar. Its ends are reserved for the ends of the file, so that at any other position
 * there is room for another step.
 */
export function byteToScroll(place: PanePosition, size: number, scale: ScrollScale): number {
  const max = scale.height - scale.viewport;
  if (place.isAtStart || max <= 0) return 0;
  if (place.isAtEnd) return max;
  const room = Math.min(600, max / 8);
  return Math.min(max - room, Math.max(room, (place.offset / Math.max(1, size)) * max));
}
