import { useQuery } from "../address/navigation.js";
import { memory } from "../page/memory.js";

const name = "wrap";

/** Returns whether lines are wrapped: by the page's address (`?wrap=1`), or as this reader last chose. */
export function useWrap(): readonly [isWrapped: boolean, toggle: () => void] {
  const [query, changeQuery] = useQuery();
  const requested = query.get(name) ?? memory.read(name);
  const isWrapped = requested === "1";
  const toggle = () => {
    const next = isWrapped ? "0" : "1";
    memory.write(name, next);
    changeQuery({ wrap: next });
  };
  return [isWrapped, toggle];
}
