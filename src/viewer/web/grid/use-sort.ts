import { useQuery } from "../address/navigation.js";
import type { Sort } from "./columns.js";

/** Returns the order of a grid, which the address contains: `?sort=-bytes`. A second click on a title reverses it. */
export function useSort(
  byDefault: Sort,
  descendingFirst: readonly string[],
): [Sort, (column: string) => void] {
  const [query, change] = useQuery();
  const requested = query.get("sort");
  const sort =
    requested === null
      ? byDefault
      : { by: requested.replace(/^-/, ""), isDescending: requested.startsWith("-") };
  const sortBy = (column: string) => {
    const isDescending = sort.by === column ? !sort.isDescending : descendingFirst.includes(column);
    const isDefault = byDefault.by === column && byDefault.isDescending === isDescending;
    change({ sort: isDefault ? undefined : `${isDescending ? "-" : ""}${column}` });
  };
  return [sort, sortBy];
}
