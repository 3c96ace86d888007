import { addresses, type ZipRequest } from "../../../protocol/index.js";
import { parseFailure } from "../../api/failure.js";
import { notify } from "../../page/notices.js";
import { escapeInvisible } from "../../format/escape-invisible.js";
import { browsing } from "../../text/browsing.js";
import { describeFailure } from "../../text/hints.js";

/**
 * Downloads a zip with a form, so that the browser streams it to disk: fetch() would hold it in memory. The target is a hidden
 * frame, so that an error answer does not replace the page.
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
  // A zip is downloaded and loads nothing here: only an error answer is loaded.
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
