import { highlight, type HighlightRequest } from "./highlight.js";

// Runs in a worker, so that a long line, or a text that is made to take long, does not hold up the page.
addEventListener("message", ({ data }: MessageEvent<HighlightRequest>) => {
  highlight(data).then(
    (highlighted) => {
      postMessage(highlighted);
    },
    (error: unknown) => {
      reportError(error);
    },
  );
});
