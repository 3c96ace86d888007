import { KeyboardRegular } from "@fluentui/react-icons";
import { useEffect, useRef, useState, type MouseEvent, type ReactNode } from "react";
import { parseOutputBlobName } from "../../../conventions/index.js";
import { useConfig } from "../api/config.js";
import { open } from "../address/navigation.js";
import { getParentRoute, type Route } from "../address/routes.js";
import { Announcer } from "../page/announcer.js";
import { DialogButton } from "../components/dialog-button.js";
import { Name } from "../components/name.js";
import { keepFocusIn } from "../page/keep-focus.js";
import { Notices } from "../page/notices.js";
import { browsing } from "../text/browsing.js";
import { shortcuts } from "../text/shortcuts.js";
import { HelpDialog } from "./help-dialog.js";
import { useKeys } from "../keys/use-keys.js";
import { TimeZoneButton } from "./time-zone-button.js";
import { Breadcrumbs } from "./breadcrumbs.js";

/** The frame around every screen: breadcrumbs, the store, and the keys that work everywhere. */
export function Shell({ route, children }: { readonly route: Route; readonly children: ReactNode }) {
  const { store } = useConfig();
  const [isHelping, setHelping] = useState(false);
  const content = useRef<HTMLElement>(null);
  useEffect(() => (content.current === null ? undefined : keepFocusIn(content.current)), []);
  useKeys(
    (key) => {
      if (key === "?") setHelping(true);
      else if ((key === "u" || key === "Backspace") && route.screen !== "jobs")
        open(getParentRoute(route, getTaskId));
      else return false;
      return true;
    },
    route.screen === "jobs" ? shortcuts.screen : [...shortcuts.up, ...shortcuts.screen],
  );
  return (
    <>
      <a className="skip" href="#content" onClick={skip}>
        {browsing.skip}
      </a>
      <header className="bar">
        <Breadcrumbs route={route} />
        <span className="bar-store" title={store}>
          <Name text={store} />
        </span>
        <TimeZoneButton />
        <DialogButton
          appearance="subtle"
          icon={<KeyboardRegular />}
          aria-label={browsing.help}
          title={`${browsing.help} (?)`}
          onClick={() => {
            setHelping(true);
          }}
        />
      </header>
      <Notices />
      <main ref={content} id="content" className="content" tabIndex={-1}>
        {children}
      </main>
      <Announcer />
      <HelpDialog
        isOpen={isHelping}
        onClose={() => {
          setHelping(false);
        }}
      />
    </>
  );
}

/** Prevents navigation: `#content` would be relative to the base address, not to this page. */
function skip(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function getTaskId(blobName: string): string | undefined {
  return parseOutputBlobName(blobName)?.taskId;
}
