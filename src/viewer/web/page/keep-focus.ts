const focusable = "a[href], button:enabled, input:enabled, select:enabled, [tabindex]";

/**
 * Moves the focus when the element that has it is removed, such as a button that is gone after it was pressed: to the nearest list or
 * pane, or else to the nearest element that takes the focus. Browsers would continue at the start of the page.
 *
 * @returns A function that ends it.
 */
export function keepFocusIn(content: HTMLElement): () => void {
  let ancestors: readonly Element[] = [];
  const remember = ({ target }: FocusEvent) => {
    ancestors = target instanceof Element && content.contains(target) ? listAncestors(target) : [];
  };
  const observer = new MutationObserver(() => {
    const [focused] = ancestors;
    if (focused === undefined || focused.isConnected || document.activeElement !== document.body) return;
    const place = ancestors.find((ancestor) => ancestor.isConnected && findTarget(ancestor) !== undefined);
    ancestors = [];
    if (place !== undefined) findTarget(place)?.focus({ preventScroll: true });
  });
  document.addEventListener("focusin", remember);
  observer.observe(content, { childList: true, subtree: true });
  return () => {
    document.removeEventListener("focusin", remember);
    observer.disconnect();
  };
}

/** The element itself, then its parent, and so on. */
function listAncestors(element: Element): Element[] {
  const found: Element[] = [];
  for (let at: Element | null = element; at !== null; at = at.parentElement) found.push(at);
  return found;
}

function findTarget(place: Element): HTMLElement | undefined {
  const list = place.querySelector<HTMLElement>("[role=grid], [role=treegrid], .pane");
  return list ?? place.querySelector<HTMLElement>(focusable) ?? undefined;
}
