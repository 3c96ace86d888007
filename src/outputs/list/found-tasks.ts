import { parseOutputBlobName } from "../../conventions/index.js";
import { isFolderMarker, type ListedBlob } from "../../storage/index.js";

/** The tasks that the blobs of a listing belong to, in their order. */
export class FoundTasks {
  /** The tasks that have an output, each once. */
  readonly ids: string[] = [];
  /** The number of blobs, including folder markers. */
  blobCount = 0;
  /** Whether one of the blobs represents a folder. */
  hasMarkers = false;
  #lastTaskId: string;

  /** @param lastTaskId - The task that an earlier page ended with: its outputs may continue. */
  constructor(lastTaskId = "") {
    this.#lastTaskId = lastTaskId;
  }

  /** The last task that was found, in an earlier page or in this one; empty if there was none. */
  get lastTaskId(): string {
    return this.#lastTaskId;
  }

  /** Adds the blobs of a page. */
  add(blobs: Iterable<ListedBlob>): void {
    for (const blob of blobs) {
      this.blobCount += 1;
      const isMarker = isFolderMarker(blob);
      this.hasMarkers ||= isMarker;
      const taskId = isMarker ? undefined : parseOutputBlobName(blob.name)?.taskId;
      if (taskId === undefined || taskId === this.#lastTaskId) continue;
      this.ids.push(taskId);
      this.#lastTaskId = taskId;
    }
  }
}
