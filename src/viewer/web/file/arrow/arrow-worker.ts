import { decodeTable, type DecodeRequest } from "./decode-table.js";

// Runs in a worker, so that a large batch, or one that is made to take long, does not hold up the page.
addEventListener("message", ({ data }: MessageEvent<DecodeRequest>) => {
  postMessage(decodeTable(data));
});
