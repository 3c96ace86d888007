import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { reading } from "../../text/reading.js";
import type { OpenFile } from "../opened/open-file.js";

/** HTML in a sandboxed frame without scripts and origin. */
export function HtmlView({ file }: { readonly file: OpenFile }) {
  return (
    <div className="file-fill">
      <MessageBar intent="info">
        <MessageBarBody>{reading.file.html.note}</MessageBarBody>
      </MessageBar>
      <iframe
        className="html-frame"
        sandbox=""
        referrerPolicy="no-referrer"
        src={`${file.address}?frame`}
        title={reading.file.html.label(file.path)}
      />
    </div>
  );
}
