import { ViewerError } from "./viewer-error.js";

const openings = ["<link", "<meta", "<iframe", "<frame", "<object", "<embed"].map((opening) =>
  new TextEncoder().encode(opening),
);

/**
 * Removes every `<link`, `<meta` and frame from a stream of HTML in UTF-8. The frame's policy forbids loading what they
 * refer to, but no policy prevents a browser from connecting early to the hosts in `<link rel="preconnect">`, `<meta
 * http-equiv="refresh">` and `<iframe src>`.
 */
export function removeLinks(): TransformStream<Uint8Array, Uint8Array> {
  const matched = openings.map(() => 0);
  let isFirst = true;
  return new TransformStream({
    transform(chunk, controller) {
      if (isFirst && isUtf16(chunk)) throw createNotUtf8Error();
      isFirst = isFirst && chunk.length === 0;
      const bytes = Uint8Array.from(chunk);
      bytes.forEach((byte, index) => {
        const lower = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
        openings.forEach((opening, which) => {
          const count = matched[which] ?? 0;
          const next = lower === opening[count] ? count + 1 : lower === opening[0] ? 1 : 0;
          // A browser ignores unknown elements such as "<lin_" and "<met_".
          if (next === opening.length) bytes[index] = 0x5f;
          matched[which] = next % opening.length;
        });
      });
      controller.enqueue(bytes);
    },
  });
}

/** A byte order mark of UTF-16 takes precedence over the encoding in our header. */
function isUtf16([first, second]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function createNotUtf8Error(): ViewerError {
  return new ViewerError(415, "NotDisplayed", "HTML in UTF-16 is not displayed.", {
    hint: { action: "download" },
  });
}
