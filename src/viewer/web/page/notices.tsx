import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { DismissRegular } from "@fluentui/react-icons";
import { useSyncExternalStore } from "react";
import { browsing } from "../text/browsing.js";

let notice: string | undefined;
const listeners = new Set<() => void>();

/** Shows a message that belongs to no other element, until it is dismissed or replaced. */
export function notify(text: string | undefined): void {
  notice = text;
  for (const listener of listeners) listener();
}

/** The element that shows the message of {@link notify}. Once per page. */
export function Notices() {
  const text = useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => notice,
  );
  if (text === undefined) return null;
  return (
    <MessageBar intent="warning" layout="multiline" role="alert" className="notice">
      <MessageBarBody>{text}</MessageBarBody>
      <MessageBarActions
        containerAction={
          <Button
            appearance="transparent"
            icon={<DismissRegular />}
            aria-label={browsing.close}
            onClick={() => {
              notify(undefined);
            }}
          />
        }
      />
    </MessageBar>
  );
}
