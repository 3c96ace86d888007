import { useCallback, useMemo } from "react";
import { addresses, type NodeFileItem } from "../../protocol/index.js";
import { useListing } from "../api/use-listing.js";
import { open, useQuery } from "../address/navigation.js";
import { createNodeEntries, type FileEntry } from "../outputs/entries.js";
import { FileGrid } from "../outputs/file-grid.js";
import { useFileTree } from "../outputs/use-file-tree.js";
import type { Route } from "../address/routes.js";
import { FilterBox } from "../grid/filter-box.js";
import { makeFilter } from "../format/filter.js";
import { ListingStatus } from "../grid/listing-status.js";
import { Empty, Failed, Loading } from "../components/states.js";
import { browsing } from "../text/browsing.js";

export interface NodeFilesProps {
  readonly container: string;
  readonly taskId: string;
}

/** The files on the task's node, which exist as long as the node. */
export function NodeFiles({ container, taskId }: NodeFilesProps) {
  const listing = useListing<NodeFileItem>(addresses.nodeFiles(container, taskId));
  const [query, change] = useQuery();
  const filter = query.get("q") ?? "";
  const found = useMemo(() => {
    const matches = makeFilter(filter);
    return createNodeEntries(listing.items).filter(({ path }) => matches(path));
  }, [listing.items, filter]);
  const tree = useFileTree(found, { hasKinds: false, isFiltered: filter !== "" });
  const getRoute = useCallback(
    ({ path }: FileEntry): Route => ({ screen: "node", container, taskId, path }),
    [container, taskId],
  );
  const getContentAddress = useCallback(
    ({ path }: FileEntry) => addresses.nodeFile(container, taskId, path),
    [container, taskId],
  );
  return (
    <>
      <div className="section-bar">
        <FilterBox
          isPrimary
          label={browsing.filterFiles(browsing.tabs.node)}
          value={filter}
          onChange={(q) => {
            change({ q });
          }}
          onEnter={() => {
            const [first] = found;
            if (first !== undefined) open(getRoute(first));
          }}
        />
        <ListingStatus listing={listing} count={browsing.files(found.length)} isPrimary />
      </div>
      {listing.failure !== undefined && (
        <Failed title={browsing.nodeFailed} failure={listing.failure} onRetry={listing.refresh} />
      )}
      {found.length > 0 ? (
        <FileGrid
          label={browsing.tabs.node}
          tree={tree}
          memory={`node files of ${container} ${taskId} ${filter}`}
          isPrimary
          getRoute={getRoute}
          getContentAddress={getContentAddress}
        />
      ) : (
        <Nothing state={listing.state} isFiltered={filter !== ""} />
      )}
    </>
  );
}

function Nothing({ state, isFiltered }: { readonly state: string; readonly isFiltered: boolean }) {
  if (state === "loading") return <Loading label={browsing.loadingOutputs} />;
  if (state === "failed") return null;
  return <Empty {...(isFiltered ? browsing.nothingFound : browsing.noNodeFiles)} />;
}
