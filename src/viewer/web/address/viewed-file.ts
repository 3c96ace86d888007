/** A file that the log view or the file view shows. */
export type ViewedFile = ViewedOutput | ViewedNodeFile;

/** A saved output. */
export interface ViewedOutput {
  readonly source: "saved";
  readonly container: string;
  readonly blobName: string;
  /** The path of a file in it, if it is an archive. */
  readonly entry?: string;
}

/** A file on the node of a task. Needs a server with access to Azure Batch. */
export interface ViewedNodeFile {
  readonly source: "node";
  readonly container: string;
  readonly taskId: string;
  readonly path: string;
}
