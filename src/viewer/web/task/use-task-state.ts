import { addresses, type TaskStateItem } from "../../protocol.js";
import { useListing, type UsedListing } from "../api/use-listing.js";

export interface UsedTaskState extends Pick<UsedListing<TaskStateItem, never>, "failure" | "refresh"> {
  /** `undefined` while it is not known. */
  readonly state: TaskStateItem | undefined;
}

/** What Azure Batch says of one task. */
export function useTaskState(container: string, taskId: string): UsedTaskState {
  const { items, failure, refresh } = useListing<TaskStateItem>(addresses.taskStates(container));
  return { state: items.find((state) => state.taskId === taskId), failure, refresh };
}
