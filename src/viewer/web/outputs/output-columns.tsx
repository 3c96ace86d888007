import {
  ArrowDownloadRegular,
  DocumentRegular,
  DocumentTextRegular,
  FolderRegular,
  ImageRegular,
  TagRegular,
} from "@fluentui/react-icons";
import type { Column } from "../grid/columns.js";
import { isPicture } from "../model/pictures.js";
import type { Route } from "../address/routes.js";
import { formatBytes } from "../format/measures.js";
import { Moment } from "../components/moment.js";
import { Name } from "../components/name.js";
import { RouteLink } from "../components/route-link.js";
import { escapeInvisible } from "../format/escape-invisible.js";
import { browsing } from "../text/browsing.js";
import type { FileEntry } from "./entries.js";
import type { FileRow, GroupRow, TreeRow } from "./tree.js";

/** The links of a file. */
export interface FileLinks {
  readonly getRoute: (entry: FileEntry) => Route;
  /** The address of a file's content. */
  readonly getContentAddress: (entry: FileEntry) => string;
}

/** Creates the columns of a list of files. */
export function createOutputColumns(places: FileLinks): readonly Column<TreeRow>[] {
  return [
    {
      id: "name",
      title: browsing.columns.name,
      isSortable: true,
      cell: (row) =>
        row.type === "group" ? <GroupName row={row} /> : <FileName row={row} places={places} />,
    },
    {
      id: "size",
      title: browsing.columns.size,
      isSortable: true,
      isNumeric: true,
      cell: (row) => formatBytes(row.size),
    },
    {
      id: "type",
      title: browsing.columns.type,
      cell: (row) => (row.type === "file" ? escapeInvisible(row.entry.contentType ?? "") : ""),
    },
    {
      id: "changed",
      title: browsing.columns.changed,
      isSortable: true,
      cell: (row) => (row.lastModified === undefined ? "" : <Moment iso={row.lastModified} />),
    },
    {
      id: "actions",
      title: browsing.download,
      isTitleHidden: true,
      cell: (row) => (row.type === "file" ? <DownloadMark entry={row.entry} places={places} /> : null),
    },
  ];
}

function GroupName({ row }: { readonly row: GroupRow }) {
  return (
    <>
      <span className="icon" aria-hidden="true">
        {row.isKind ? <TagRegular /> : <FolderRegular />}
      </span>
      <span className={row.isKind ? "kind-name" : "folder-name"}>
        <Name text={row.name} />
      </span>
      <span className="quiet count">{browsing.files(row.entries.length)}</span>
    </>
  );
}

function FileName({ row, places }: { readonly row: FileRow; readonly places: FileLinks }) {
  const { entry } = row;
  return (
    <>
      <span className="icon" aria-hidden="true">
        {getIcon(entry)}
      </span>
      <span className="two-lines">
        <span className="file-name">
          <RouteLink to={places.getRoute(entry)} tabIndex={-1}>
            <Name text={row.name} />
          </RouteLink>
          {entry.note !== undefined && <span className="entry-note">{entry.note}</span>}
          {(entry.earlier?.length ?? 0) > 0 && (
            <span className="quiet count">{browsing.earlierAttempts(entry.earlier?.length ?? 0)}</span>
          )}
        </span>
        <span className="second-line">
          <span>{formatBytes(row.size)}</span>
          {row.lastModified !== undefined && <Moment iso={row.lastModified} />}
        </span>
      </span>
    </>
  );
}

function DownloadMark({ entry, places }: { readonly entry: FileEntry; readonly places: FileLinks }) {
  const label = browsing.downloadOne(escapeInvisible(entry.path));
  return (
    <a
      className="row-action"
      href={`${places.getContentAddress(entry)}?download`}
      download=""
      tabIndex={-1}
      aria-label={label}
      title={label}
    >
      <ArrowDownloadRegular />
    </a>
  );
}

function getIcon(entry: FileEntry) {
  if (isPicture(entry)) return <ImageRegular />;
  return entry.contentType?.startsWith("text/") ? <DocumentTextRegular /> : <DocumentRegular />;
}
