import { navigate, usePathname, useSearch } from "wouter/use-browser-location";
import { useMemo } from "react";
import { formatRoute, parseRoute, type Query, type Route } from "./routes.js";

/** The path that the page is mounted at. It ends in a slash. */
const mount = new URL(".", document.baseURI).pathname;

/** Adds the mount path to an address of the page. */
export function toHref(address: string): string {
  return mount + address;
}

export function useRoute(): Route {
  const path = usePathname();
  return useMemo(() => parseRoute(path.startsWith(mount) ? path.slice(mount.length) : ""), [path]);
}

/**
 * Returns the query of the address, and a function that changes it without adding a history entry, for example while
 * the reader types.
 */
export function useQuery(): [URLSearchParams, (changes: Query) => void] {
  const search = useSearch();
  const query = useMemo(() => new URLSearchParams(search), [search]);
  return [query, changeQuery];
}

function changeQuery(changes: Query): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === "") query.delete(name);
    else query.set(name, value);
  }
  const search = query.toString();
  remember();
  navigate(location.pathname + (search === "" ? "" : `?${search}`), { replace: true });
}

const lastQueries = new Map<string, string>();

/** Remembers the filter and the order of a screen, for a reader who comes back to it. */
function remember(): void {
  lastQueries.set(location.pathname, location.search);
}

export function open(route: Route, query?: Query): void {
  remember();
  const path = toHref(formatRoute(route, query));
  const search = query === undefined ? (lastQueries.get(path) ?? "") : "";
  navigate(path + search);
}
