import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import type { ViewerFailure } from "../../protocol/index.js";
import { describeFailure, undecodedNote } from "../text/hints.js";

/** Says why the content of a file is not shown. */
export function UndecodedNote({ failure }: { readonly failure: ViewerFailure }) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        {describeFailure(failure)} {undecodedNote}
      </MessageBarBody>
    </MessageBar>
  );
}
