import { useEffect } from "react";

/** What a key does; keyed by `KeyboardEvent.key`. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** Keys of a screen, wherever the focus is but in a field: there a letter is a letter. */
export function useShortcuts(shortcuts: Shortcuts, isActive = true): void {
  useEffect(() => {
    if (!isActive) return;
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event.target))
        return;
      const action = shortcuts[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", pressed);
    return () => {
      document.removeEventListener("keydown", pressed);
    };
  }, [shortcuts, isActive]);
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.closest(
      "input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=dialog]",
    ) !== null
  );
}
