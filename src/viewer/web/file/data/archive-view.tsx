import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { useCallback } from "react";
import { addresses, type ArchiveEnd, type ArchiveEntry, type OutputItem } from "../../../protocol/index.js";
import { stream } from "../../api/client.js";
import { useLoaded } from "../../api/use-loaded.js";
import { Name } from "../../components/name.js";
import { RouteLink } from "../../components/route-link.js";
import { Empty, Failed, Loading } from "../../components/states.js";
import { formatBytes, formatMoment } from "../../format/measures.js";
import { type TimeZone, useTimeZone } from "../../page/time-zone.js";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";
import { getArchiveFormat } from "../view-kind.js";
import { DataTable } from "./data-table.js";
import type { Table } from "./tables.js";

const text = reading.file.archive;

interface Archive {
  readonly entries: readonly ArchiveEntry[];
  readonly isPart: boolean;
}

/** The names and sizes of the files in a zip or tar file. The server reads only its directory, or its headers. */
export function ArchiveView({ file }: { readonly file: OpenFile }) {
  const load = useCallback(async (abortSignal: AbortSignal) => await listArchive(file, abortSignal), [file]);
  const loaded = useLoaded(load);
  const zone = useTimeZone();
  if (loaded.state === "loading") return <Loading />;
  if (loaded.state === "failed") return <Failed title={text.broken} failure={loaded.failure} />;
  const { entries, isPart } = loaded.value;
  const files = entries.filter(({ isFolder }) => !isFolder);
  const size = files.reduce((sum, entry) => sum + entry.size, 0);
  return (
    <>
      <div className="file-bar quiet">{text.files(files.length, formatBytes(size))}</div>
      {isPart && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{text.part(entries.length)}</MessageBarBody>
        </MessageBar>
      )}
      {entries.length === 0 ? (
        <Empty title={text.empty} advice={text.emptyAdvice} />
      ) : (
        <DataTable
          table={createTable(entries, zone)}
          label={text.label(file.path)}
          renderCell={(row, column) =>
            column === 0 ? <EntryName entry={entries[row]} output={file.output} /> : undefined
          }
        />
      )}
    </>
  );
}

interface EntryNameProps {
  readonly entry: ArchiveEntry | undefined;
  readonly output: OutputItem | undefined;
}

/** The name of an entry. A file is opened by it. */
function EntryName({ entry, output }: EntryNameProps) {
  if (entry === undefined) return null;
  if (output === undefined || entry.isFolder) return <Name text={entry.path} />;
  const { container, blobName } = output;
  return (
    <RouteLink to={{ screen: "view", container, blobName }} query={{ entry: entry.path }}>
      <Name text={entry.path} />
    </RouteLink>
  );
}

async function listArchive({ output, head, packed }: OpenFile, abortSignal: AbortSignal): Promise<Archive> {
  if (output === undefined) return { entries: [], isPart: false };
  const { container, blobName } = output;
  const parameters = new URLSearchParams({ format: getArchiveFormat(packed?.file.head ?? head) });
  const address = `${addresses.archive(container, blobName)}?${parameters.toString()}`;
  const entries: ArchiveEntry[] = [];
  let isPart = packed?.isPart ?? false;
  for await (const message of stream<ArchiveEntry, never, ArchiveEnd>(address, { abortSignal })) {
    if ("item" in message) entries.push(message.item);
    else if ("end" in message) isPart ||= message.end.isPart;
  }
  return { entries, isPart };
}

function createTable(entries: readonly ArchiveEntry[], zone: TimeZone): Table {
  const { path, size, packedSize, modified } = text.columns;
  const isPacked = entries.some((entry) => entry.packedSize !== undefined);
  const columns = [path, size, ...(isPacked ? [packedSize] : []), modified];
  const rows = entries.map((entry) => [
    entry.path,
    entry.isFolder ? "" : formatBytes(entry.size),
    ...(isPacked ? [entry.isFolder ? "" : formatBytes(entry.packedSize ?? 0)] : []),
    entry.modified === undefined ? "" : formatMoment(entry.modified, zone),
  ]);
  return { columns, rows, columnCount: columns.length, unevenRows: 0 };
}
