import { useSyncExternalStore } from "react";

let message = "";
const listeners = new Set<() => void>();

/** Has a screen reader read a text. */
export function announce(text: string): void {
  message = text;
  for (const listener of listeners) listener();
}

/** The element whose changes screen readers read; see {@link announce}. Once per page. */
export function Announcer() {
  const text = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => message,
  );
  return (
    <div role="status" aria-live="polite" className="visually-hidden">
      {text}
    </div>
  );
}
