import { ViewerError } from "./viewer-error.js";

const openings = ["<link", "<meta", "<iframe", "<frame", "<object", "<embed"].map((opening) =>
  new TextEncoder().encode(opening),
);

/**
 * Takes every `<link`, `<meta` and frame out of HTML in UTF-8, as it flows: what they could bring is refused by the frame's
 * policy anyway, but no policy keeps a browser from connecting ahead to where `<link rel="preconnect">`,
 * `<meta http-equiv="refresh">` and `<iframe src>` say.
 */
export function withoutLinks(): TransformStream<Uint8Array, Uint8Array> {
  const matched = openings.map(() => 0);
  let isFirst = true;
  return new TransformStream({
    transform(chunk, controller) {
      if (isFirst && isUtf16(chunk)) throw notUtf8();
      isFirst = isFirst && chunk.length === 0;
      const bytes = Uint8Array.from(chunk);
      bytes.forEach((byte, index) => {
        const lower = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
        openings.forEach((opening, which) => {
          const count = matched[which] ?? 0;
          const next = lower === opening[count] ? count + 1 : lower === opening[0] ? 1 : 0;
          // "<lin_", "<met_": no elements that a browser knows.
          if (next === opening.length) bytes[index] = 0x5f;
          matched[which] = next % opening.length;
        });
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
  return new ViewerError(415, "NotDisplayed", "HTML in UTF-16 is not displayed.", {
    hint: { action: "download" },
  });
}
