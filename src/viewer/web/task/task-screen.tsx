import { Name } from "../shared/name.js";
import { Heading } from "../shell/heading.js";

export function TaskScreen({ taskId }: { readonly container: string; readonly taskId: string }) {
  return (
    <Heading title={taskId}>
      <Name text={taskId} />
    </Heading>
  );
}
