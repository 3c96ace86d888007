import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import type { ViewerFailure } from "../../protocol/index.js";
import { describeFailure } from "../text/hints.js";
import { browsing } from "../text/browsing.js";

/** Says why the content of a file is not shown. */
export function UndecodedNote({ failure }: { readonly failure: ViewerFailure }) {
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        {describeFailure(failure)} {browsing.undecoded}
      </MessageBarBody>
    </MessageBar>
  );
}
