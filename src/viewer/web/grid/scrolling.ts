import { useEffect, useState, useSyncExternalStore, type RefObject } from "react";
import { followMedia } from "../page/media-query.js";

/** Returns the element that scrolls: the whole screen, so that the content above a list scrolls away with it. */
export function getScroller(): HTMLElement | null {
  return document.getElementById("content");
}

const narrow = followMedia("(max-width: 700px)");

/** Returns the height of a row. Narrow screens show a row on two lines. */
export function useRowHeight(): number {
  return useSyncExternalStore(narrow.subscribe, narrow.matches) ? 56 : 32;
}

/** Returns the offset of an element within the scrolled content, and updates it when the content above it changes. */
export function useOffset(element: RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useEffect(() => {
    const around = getScroller();
    const own = element.current;
    if (around === null || own === null) return;
    const measure = () => {
      setOffset(
        Math.round(own.getBoundingClientRect().top - around.getBoundingClientRect().top + around.scrollTop),
      );
    };
    const observer = new ResizeObserver(measure);
    observer.observe(around);
    for (const child of around.children) observer.observe(child);
    const section = own.closest("section");
    for (const child of section?.parentElement?.children ?? []) observer.observe(child);
    return () => {
      observer.disconnect();
    };
  }, [element]);
  return offset;
}
