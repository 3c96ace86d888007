// Asks a viewer for an address, as its page would, and reads the answer to its end: tells how it went. Of NDJSON the number
// of items, what came first, and the last messages; of bytes how many.
import { JobOutputStorage } from "azure-batch-outputs";
import { createViewer } from "azure-batch-outputs/viewer";

const [, , address = "", range] = process.argv;
const viewer = createViewer({ storage: JobOutputStorage.fromEnvironment() });
const headers = range === undefined ? {} : { range };
const response = await viewer(new Request(`http://localhost/${address}`, { headers }));
const isStream = response.headers.get("content-type")?.includes("ndjson") === true;
let [bytes, items, rest, firstItems] = [0, 0, "", 0];
/** @type {unknown[]} */
let last = [];
const decoder = new TextDecoder();
for await (const chunk of /** @type {AsyncIterable<Uint8Array>} */ (response.body ?? [])) {
  bytes += chunk.length;
  if (!isStream) continue;
  const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
  rest = lines.pop() ?? "";
  const messages = lines.filter((line) => line !== "").map(messageIn);
  items += messages.filter((message) => "item" in message).length;
  if (firstItems === 0) firstItems = items;
  last = [...last, ...messages].slice(-4);
}
console.log(JSON.stringify({ status: response.status, bytes, items, firstItems, last }));

/**
 * @param {string} line
 * @returns {object}
 */
function messageIn(line) {
  /** @type {unknown} */
  const message = JSON.parse(line);
  if (typeof message === "object" && message !== null) return message;
  throw new TypeError(`no message: ${line}`);
}
