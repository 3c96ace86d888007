import type { Page } from "playwright-core";

/** The controls of a player are one element for the page. In a dialog with one button, the focus stays there. */
const maxRepeats = 12;

/** What the page tells of the element that has the focus. */
interface Focused {
  /** Another number for another element. */
  readonly id: number;
  readonly name: string;
  readonly isSeen: boolean;
  readonly isInWindow: boolean;
}

/** More than any screen has. */
const maxSteps = 300;

/**
 * Goes through a screen with the Tab key until it leaves the page or begins again. Returns the elements that have the focus where nobody
 * sees it: without a change of their looks, or outside the window.
 */
export async function findUnseenFocus(page: Page): Promise<string[]> {
  const found: string[] = [];
  const ids = new Set<number>();
  let previous = -1;
  let repeats = 0;
  for (let step = 0; step < maxSteps; step += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate<Focused | undefined>(`(${examineFocus.toString()})()`);
    // The controls of a player, and what is in a frame, are Chromium's or the report's own.
    if (focused?.id === previous && (repeats += 1) < maxRepeats) continue;
    // The focus may have been on the last element: the page then begins again.
    if (focused === undefined && step === 0) continue;
    if (focused === undefined || ids.has(focused.id))
      return ids.size === 0 ? ["nothing takes the focus"] : found;
    ids.add(focused.id);
    repeats = 0;
    previous = focused.id;
    if (!focused.isSeen) found.push(`focus not seen: ${focused.name}`);
    if (!focused.isInWindow) found.push(`focus outside the window: ${focused.name}`);
  }
  return [...found, `${maxSteps} steps and no end`];
}

/** Runs in the page. */
async function examineFocus(): Promise<Focused | undefined> {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return undefined;
  const names = ((globalThis as { focusIds?: Map<Element, number> }).focusIds ??= new Map<Element, number>());
  if (!names.has(element)) names.set(element, names.size);
  const active = document.getElementById(element.getAttribute("aria-activedescendant") ?? "");
  const watched = [element, active, element.parentElement, element.parentElement?.parentElement].filter(
    (each) => each instanceof Element,
  );
  const properties = [
    "outline",
    "boxShadow",
    "border",
    "backgroundColor",
    "textDecoration",
    "transform",
    "opacity",
    "top",
  ];
  const readLooks = (): string =>
    JSON.stringify(
      watched.flatMap((each) =>
        ["", "::before", "::after"].map((pseudo) => {
          const style = getComputedStyle(each, pseudo) as unknown as Record<string, string>;
          return properties.map((property) => style[property]);
        }),
      ),
    );
  const settle = () =>
    new Promise<void>((resolve) => {
      requestAnimationFrame(() => {
        requestAnimationFrame(() => {
          resolve();
        });
      });
    });
  await settle();
  const withFocus = readLooks();
  const { left, right, top, bottom } = (active ?? element).getBoundingClientRect();
  const isInWindow = bottom > 0 && right > 0 && top < window.innerHeight && left < window.innerWidth;
  element.blur();
  await settle();
  const without = readLooks();
  element.focus({ preventScroll: true });
  return {
    id: names.get(element) ?? -1,
    name: `${element.tagName} ${element.className.slice(0, 40)} ${(element.getAttribute("aria-label") ?? element.textContent).slice(0, 60)}`,
    // The Tab key leads to no heading: the page gives it the focus when what had it is gone, as after navigation.
    isSeen: element instanceof HTMLIFrameElement || element.tabIndex < 0 || withFocus !== without,
    isInWindow,
  };
}
