/** A media query whose changes can be subscribed to. */
export interface MediaQuery {
  readonly matches: () => boolean;
  readonly subscribe: (changed: () => void) => () => void;
}

/**
 * Follows a media query. `matches` is kept from the last `change` event, and never read from the `MediaQueryList` again:
 * Chromium sends no event for a change that a read has seen before the next frame.
 */
export function followMedia(query: string): MediaQuery {
  const list = matchMedia(query);
  const subscribers = new Set<() => void>();
  let { matches } = list;
  list.addEventListener("change", (event) => {
    matches = event.matches;
    for (const changed of subscribers) changed();
  });
  return {
    matches: () => matches,
    subscribe: (changed) => {
      subscribers.add(changed);
      return () => subscribers.delete(changed);
    },
  };
}
