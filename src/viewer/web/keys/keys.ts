import { useEffect, useRef } from "react";

/** Whether the key was for it; it then goes to nobody else. */
export type KeyHandler = (key: string, event: KeyboardEvent) => boolean;

const handlers: { readonly handle: KeyHandler }[] = [];

/** Keys of the screen, wherever the focus is, but for where keys are typed or are a control's own. The newest is asked first. */
export function useKeys(handle: KeyHandler): void {
  const latest = useRef(handle);
  useEffect(() => {
    latest.current = handle;
  });
  useEffect(() => {
    const entry = { handle: (key: string, event: KeyboardEvent) => latest.current(key, event) };
    handlers.push(entry);
    if (handlers.length === 1) window.addEventListener("keydown", dispatch);
    return () => {
      handlers.splice(handlers.indexOf(entry), 1);
      if (handlers.length === 0) window.removeEventListener("keydown", dispatch);
    };
  }, []);
}

function dispatch(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target !== undefined && isOwnKey(target, event.key)) return;
  for (const { handle } of handlers.toReversed()) {
    if (handle(event.key, event)) {
      event.preventDefault();
      return;
    }
  }
}

/** Where keys are typed, what opens over the page, and what a focused control does by itself. */
function isOwnKey(target: Element, key: string): boolean {
  if (target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]") !== null) return true;
  if (target.matches("textarea, select, [contenteditable], video, audio")) return true;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" || key === " ";
  if (target.closest("[role=tablist]") !== null && /^(Arrow|Home$|End$|Enter$| $)/.test(key)) return true;
  return target.matches("a, button, summary, [role=button]") && (key === "Enter" || key === " ");
}
