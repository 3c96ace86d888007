import { linkAbort } from "../../core/index.js";
import { readMetadata } from "./read-metadata.js";

/** The service answers within milliseconds, but the first request on a machine may take up to two minutes. */
const answerTimeoutInMs = 120_000;

/**
 * After this time without an answer the request is sent again, because it may be lost; then after twice the time, and so on. The
 * earlier requests stay open: a busy machine or service may answer them late. A node is evicted 30 seconds after the notice.
 */
const repeatAfterInMs = 5_000;

/**
 * Requests a document of the Instance Metadata Service, and waits for the first answer for two minutes.
 *
 * @returns `undefined` if no request is answered as it should be.
 */
export async function readWithRepeats(url: URL, abortSignal: AbortSignal): Promise<string | undefined> {
  using reading = linkAbort(abortSignal);
  let repeat: NodeJS.Timeout | undefined;
  const limit = setTimeout(() => {
    reading.abort();
  }, answerTimeoutInMs);
  const text = await new Promise<string | undefined>((resolve, reject) => {
    let open = 0;
    const send = (nextInMs: number): void => {
      open += 1;
      repeat = setTimeout(send, nextInMs, 2 * nextInMs);
      readMetadata(url, reading.signal).then((answer) => {
        open -= 1;
        if (answer !== undefined || open === 0) resolve(answer);
      }, reject);
    };
    send(repeatAfterInMs);
  });
  clearTimeout(repeat);
  clearTimeout(limit);
  reading.abort();
  return text;
}
