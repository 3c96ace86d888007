import { addresses, type ZipRequest } from "../../../protocol.js";
import { parseFailure } from "../../api/failure.js";
import { notify } from "../../page/notices.js";
import { escapeInvisible } from "../../format/escape-invisible.js";
import { browsing } from "../../text/browsing.js";
import { describeFailure } from "../../text/hints.js";

/**
 * Has the browser fetch a zip, streamed to disk: a form, since what fetch() gets would be held in memory. It goes to a
 * frame out of sight, so that an answer which is no zip does not take the page away.
 */
export function downloadZip(request: ZipRequest): void {
  const form = document.createElement("form");
  form.method = "post";
  form.action = new URL(addresses.zip, document.baseURI).href;
  form.target = frameName;
  form.hidden = true;
  const field = document.createElement("input");
  field.name = "selection";
  field.value = JSON.stringify(request);
  form.append(field);
  document.body.append(ensureFrame(), form);
  form.submit();
  form.remove();
}

const frameName = "download";

function ensureFrame(): HTMLIFrameElement {
  const found = document.querySelector<HTMLIFrameElement>(`iframe[name=${frameName}]`);
  if (found !== null) return found;
  const frame = document.createElement("iframe");
  frame.name = frameName;
  frame.title = frameName;
  frame.hidden = true;
  // A zip is taken as a download and loads nothing here; what loads is the server's refusal.
  frame.addEventListener("load", () => {
    const loaded = frame.contentDocument;
    if (loaded?.URL !== "about:blank") notify(describeRefusal(loaded?.body.textContent ?? ""));
  });
  return frame;
}

function describeRefusal(text: string): string {
  const failure = parseFailure(text);
  return failure === undefined
    ? browsing.zipRefused
    : browsing.zipRefusedBecause(escapeInvisible(describeFailure(failure)));
}
