import { addresses, type TaskStateItem } from "../../protocol.js";
import { useListing } from "../api/use-listing.js";

/** What Azure Batch says of one task; `undefined` while that is not known. */
export function useTaskState(container: string, taskId: string): TaskStateItem | undefined {
  const { items } = useListing<TaskStateItem>(addresses.taskStates(container));
  return items.find((state) => state.taskId === taskId);
}
