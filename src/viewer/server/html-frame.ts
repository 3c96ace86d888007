import { ViewerError } from "./viewer-error.js";

const opening = [...new TextEncoder().encode("<link")];

/**
 * Takes every `<link` out of HTML in UTF-8, as it flows: styles and pictures that it could bring are refused by the frame's
 * policy anyway, but no policy keeps a browser from connecting ahead to where `<link rel="preconnect">` says.
 */
export function withoutLinks(): TransformStream<Uint8Array, Uint8Array> {
  let matched = 0;
  let isFirst = true;
  return new TransformStream({
    transform(chunk, controller) {
      if (isFirst && isUtf16(chunk)) throw notUtf8();
      isFirst = isFirst && chunk.length === 0;
      const bytes = Uint8Array.from(chunk);
      bytes.forEach((byte, index) => {
        const lower = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
        matched = lower === opening[matched] ? matched + 1 : lower === opening[0] ? 1 : 0;
        if (matched < opening.length) return;
        // "<lin_": no element that a browser knows.
        bytes[index] = 0x5f;
        matched = 0;
      });
      controller.enqueue(bytes);
    },
  });
}

/** A byte-order mark of UTF-16 goes before what our header says of the encoding. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function notUtf8(): ViewerError {
  return new ViewerError(415, "NotDisplayed", "HTML in UTF-16 is not displayed. Download it.");
}
