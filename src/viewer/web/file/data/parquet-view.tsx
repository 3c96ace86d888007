import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";
import { openParquet } from "./parquet.js";
import { RowGroups } from "./row-groups-view.js";

/** A Parquet file by its row groups. */
export function ParquetView({ file }: { readonly file: OpenFile }) {
  return <RowGroups file={file} open={openParquet} broken={reading.file.parquet.broken} />;
}
