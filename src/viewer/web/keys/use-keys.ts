import { useEffect, useRef } from "react";

/** Handles a key. Returns whether it did; then no other handler is called. */
export type KeyHandler = (key: string, event: KeyboardEvent) => boolean;

/** Keys, separated by two spaces, and their meaning. */
export type KeyHelp = readonly [keys: string, meaning: string];

interface Entry {
  readonly handle: KeyHandler;
  readonly help: () => readonly KeyHelp[];
}

const entries: Entry[] = [];
const noHelp: readonly KeyHelp[] = [];

/**
 * Handles keys wherever the focus is, except while text is typed, and except keys that a focused control handles itself. The
 * newest handler is called first. `help` is listed in the help dialog.
 */
export function useKeys(handle: KeyHandler, help: readonly KeyHelp[] = noHelp): void {
  const latest = useRef({ handle, help });
  useEffect(() => {
    latest.current = { handle, help };
  });
  useEffect(() => {
    const entry: Entry = {
      handle: (key, event) => latest.current.handle(key, event),
      help: () => latest.current.help,
    };
    entries.push(entry);
    if (entries.length === 1) window.addEventListener("keydown", dispatch);
    return () => {
      entries.splice(entries.indexOf(entry), 1);
      if (entries.length === 0) window.removeEventListener("keydown", dispatch);
    };
  }, []);
}

/** Lists the keys of the current screen, each once. */
export function listKeyHelp(): readonly KeyHelp[] {
  const all = new Map<string, string>();
  for (const { help } of entries.toReversed())
    for (const [keys, meaning] of help()) if (!all.has(keys)) all.set(keys, meaning);
  return [...all];
}

function dispatch(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target !== undefined && isOwnKey(target, event.key)) return;
  for (const { handle } of entries.toReversed()) {
    if (handle(event.key, event)) {
      event.preventDefault();
      return;
    }
  }
}

/** Whether the focused element handles the key itself: a field, dialog, menu or control. */
function isOwnKey(target: Element, key: string): boolean {
  if (target.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]") !== null) return true;
  if (target.matches("textarea, select, [contenteditable], video, audio")) return true;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox" || key === " ";
  if (target.closest("[role=tablist]") !== null && /^(Arrow|Home$|End$|Enter$| $)/.test(key)) return true;
  return target.matches("a, button, summary, [role=button]") && (key === "Enter" || key === " ");
}
