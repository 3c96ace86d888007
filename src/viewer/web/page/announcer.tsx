import { useSyncExternalStore } from "react";

let message = "";
const listeners = new Set<() => void>();

/** Has a screen reader say something when it has finished what it is saying. */
export function announce(text: string): void {
  message = text;
  for (const listener of listeners) listener();
}

/** Where a screen reader hears {@link announce}: once in the page. */
export function Announcer() {
  const text = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => message,
  );
  return (
    <div role="status" aria-live="polite" className="for-ears">
      {text}
    </div>
  );
}
