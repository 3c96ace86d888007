import { useCallback, useMemo } from "react";
import { addresses, type OutputItem, type Tally, type ZipRequest } from "../../protocol/index.js";
import type { ListingControl } from "../api/use-listing.js";
import { open, useQuery } from "../address/navigation.js";
import type { Route } from "../address/routes.js";
import { FilterBox } from "../grid/filter-box.js";
import { makeRowFilter } from "../format/filter.js";
import { isInGallery } from "../model/pictures.js";
import { useArrivals } from "../grid/use-arrivals.js";
import { ListingStatus } from "../grid/listing-status.js";
import { formatBytes } from "../format/measures.js";
import { Empty, Failed, Loading } from "../components/states.js";
import { browsing } from "../text/browsing.js";
import { DownloadAll } from "./actions/download-all.js";
import { listBlobNames, createSavedEntries, type FileEntry } from "./entries.js";
import { FileGrid } from "./file-grid.js";
import { Gallery } from "./gallery.js";
import { SelectionBar } from "./actions/selection-bar.js";
import { useFileTree } from "./use-file-tree.js";
import { useSelection } from "./use-selection.js";

export interface OutputsPanelProps {
  readonly label: string;
  readonly listing: ListingControl<OutputItem, Tally>;
  /** The outputs of the listing that are shown. */
  readonly outputs: readonly OutputItem[];
  readonly container: string;
  readonly whole: ZipRequest;
  /** Whether to show kinds; false if there is only one. */
  readonly hasKinds: boolean;
  readonly empty: { readonly title: string; readonly advice: string };
  /** The name of the filter in the address: each list of a screen has its own. */
  readonly filterName?: string;
  readonly isPrimary?: boolean;
}

/** Saved outputs: previews as pictures, then all outputs by kind and folder. */
export function OutputsPanel(props: OutputsPanelProps) {
  const { label, listing, outputs, container, filterName = "q", isPrimary = false, empty } = props;
  const [query, change] = useQuery();
  const filter = query.get(filterName) ?? "";
  const entries = useMemo(() => createSavedEntries(outputs), [outputs]);
  const found = useMemo(() => {
    const matches = makeRowFilter(filter, ["kind"]);
    return filter === ""
      ? entries
      : entries.filter(({ kind, path }) => matches({ text: `${kind}/${path}`, fields: { kind: [kind] } }));
  }, [entries, filter]);
  const blobNames = useMemo(() => outputs.map(({ blobName }) => blobName), [outputs]);
  const arrivals = useArrivals(blobNames, listing.state === "complete");
  const tree = useFileTree(found, { hasKinds: props.hasKinds, isFiltered: filter !== "" });
  const present = useMemo(() => found.flatMap(listBlobNames), [found]);
  const selection = useSelection(tree.rows, present);
  const chosenBytes = useMemo(() => {
    const chosen = new Set(selection.blobNames);
    return outputs.reduce((sum, { blobName, size }) => sum + (chosen.has(blobName) ? size : 0), 0);
  }, [outputs, selection.blobNames]);
  const shownPreviews = useMemo(() => {
    const names = new Set(present);
    return outputs.filter((output) => isInGallery(output) && names.has(output.blobName));
  }, [outputs, present]);
  const getContentAddress = useCallback(
    ({ blobName = "" }: FileEntry) => addresses.content(container, blobName),
    [container],
  );
  const getRoute = useCallback((entry: FileEntry) => createRoute(container, entry), [container]);
  const bytes = found.reduce((sum, { size }) => sum + size, 0);
  const count = `${filter === "" ? browsing.files(found.length) : browsing.filesOf(found.length, entries.length)}, ${formatBytes(bytes)}`;

  return (
    <>
      <div className="section-bar">
        <FilterBox
          isPrimary={isPrimary}
          label={browsing.filterFiles(label)}
          value={filter}
          onChange={(value) => {
            change({ [filterName]: value });
          }}
          onEnter={() => {
            const first = tree.rows.find(({ type }) => type === "file");
            if (first?.type === "file") open(createRoute(container, first.entry));
          }}
        />
        <ListingStatus listing={listing} count={count} isPrimary={isPrimary} />
        {found.length > 0 && (
          <DownloadAll
            request={filter === "" ? props.whole : { container, blobNames: present }}
            label={filter === "" ? browsing.downloadAll : browsing.downloadFound(found.length)}
          />
        )}
      </div>
      {listing.failure !== undefined && (
        <Failed title={browsing.outputsFailed} failure={listing.failure} onRetry={listing.refresh} />
      )}
      {selection.blobNames.length > 0 && (
        <SelectionBar
          container={container}
          blobNames={selection.blobNames}
          bytes={formatBytes(chosenBytes)}
          onClear={selection.clear}
          onDeleted={listing.refresh}
        />
      )}
      <Gallery pictures={shownPreviews} />
      {found.length === 0 ? (
        <Nothing listing={listing} isFiltered={filter !== ""} empty={empty} />
      ) : (
        <FileGrid
          label={label}
          tree={tree}
          selection={selection.grid}
          memory={`${label} of ${JSON.stringify(props.whole)} ${filter}`}
          isPrimary={isPrimary}
          arrivals={arrivals}
          getContentAddress={getContentAddress}
          getRoute={getRoute}
        />
      )}
    </>
  );
}

type NothingProps = Pick<OutputsPanelProps, "listing" | "empty"> & { readonly isFiltered: boolean };

function Nothing({ listing, isFiltered, empty }: NothingProps) {
  if (listing.state === "loading") return <Loading label={browsing.loadingOutputs} />;
  if (listing.state === "failed") return null;
  return isFiltered ? <Empty {...browsing.nothingFound} /> : <Empty {...empty} />;
}

function createRoute(container: string, { blobName = "" }: FileEntry): Route {
  return { screen: "view", container, blobName };
}
