import { reading } from "../../text/reading.js";
import { RowGroups } from "../data/row-groups-view.js";
import type { OpenFile } from "../opened/open-file.js";
import { openArrowTable } from "./arrow-table.js";

/** A file in Arrow's file or stream format, by its batches of rows. */
export function ArrowView({ file }: { readonly file: OpenFile }) {
  return <RowGroups file={file} open={openArrowTable} broken={reading.file.arrow.broken} />;
}
