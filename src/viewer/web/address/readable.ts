/** What the log view and the file view can be asked to show. */
export type Readable = SavedReadable | NodeReadable;

/** A saved output: a blob. */
export interface SavedReadable {
  readonly source: "saved";
  readonly container: string;
  readonly blobName: string;
}

/** A file on the node that ran the task; only where the server has Azure Batch. */
export interface NodeReadable {
  readonly source: "node";
  readonly container: string;
  readonly taskId: string;
  readonly path: string;
}
