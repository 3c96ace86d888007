import { addresses, type TaskStateItem } from "../../protocol/index.js";
import { useListing, type ListingControl } from "../api/use-listing.js";

export interface TaskStateResult extends Pick<ListingControl<TaskStateItem, never>, "failure" | "refresh"> {
  /** `undefined` while unknown. */
  readonly state: TaskStateItem | undefined;
}

/** Returns the state of one task, by its records and by Azure Batch. */
export function useTaskState(container: string, taskId: string): TaskStateResult {
  const { items, failure, refresh } = useListing<TaskStateItem>(addresses.taskStates(container));
  return { state: items.findLast((state) => state.taskId === taskId), failure, refresh };
}
