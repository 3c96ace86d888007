import { useQuery } from "../address/navigation.js";

const memory = "batch-outputs wrap";

/** Returns whether lines are wrapped: by the page's address (`?wrap=1`), or as this reader last chose. */
export function useWrap(): readonly [isWrapped: boolean, toggle: () => void] {
  const [query, changeQuery] = useQuery();
  const requested = query.get("wrap");
  const isWrapped = requested === null ? readMemory() === "1" : requested === "1";
  const toggle = () => {
    const next = isWrapped ? "0" : "1";
    remember(next);
    changeQuery({ wrap: next });
  };
  return [isWrapped, toggle];
}

function readMemory(): string | null {
  try {
    return localStorage.getItem(memory);
  } catch (error) {
    // Storage is blocked: lines are initially not wrapped.
    if (error instanceof DOMException) return null;
    throw error;
  }
}

function remember(value: string): void {
  try {
    localStorage.setItem(memory, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
