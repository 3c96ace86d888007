/** What the log view and the file view can be asked to show. */
export type ViewedFile = ViewedOutput | ViewedNodeFile;

/** A saved output: a blob. */
export interface ViewedOutput {
  readonly source: "saved";
  readonly container: string;
  readonly blobName: string;
}

/** A file on the node that ran the task; only where the server has Azure Batch. */
export interface ViewedNodeFile {
  readonly source: "node";
  readonly container: string;
  readonly taskId: string;
  readonly path: string;
}
