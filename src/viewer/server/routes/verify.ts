import { createHash } from "node:crypto";
import type { OutputFileReference } from "../../../outputs/index.js";
import type { VerifyProgress, VerifyResult } from "../../protocol/index.js";
import { streamMessages } from "../http/message-stream.js";

/** The number of bytes read between two progress messages. */
const progressBytes = 4 * 1024 * 1024;

/** POST: reads the whole output and compares its digest with the stored one. */
export function streamVerification(request: Request, output: OutputFileReference): Response {
  return streamMessages<never, VerifyProgress, VerifyResult>(request, async function* (abortSignal) {
    const { size: totalBytes, version, contentMD5 } = await output.getProperties({ abortSignal });
    const hash = createHash("md5");
    const chunks = await output.openRead({ count: totalBytes, abortSignal, expectedVersion: version });
    let readBytes = 0;
    let reportedBytes = 0;
    for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      readBytes += chunk.length;
      if (readBytes - reportedBytes < progressBytes) continue;
      reportedBytes = readBytes;
      yield [{ progress: { readBytes, totalBytes } }];
    }
    const actual = hash.digest("base64");
    const stored = contentMD5 && Buffer.from(contentMD5).toString("base64");
    const outcome = stored === undefined ? "unknown" : stored === actual ? "equal" : "different";
    yield [
      { progress: { readBytes, totalBytes } },
      { end: { outcome, actual, ...(stored === undefined ? {} : { stored }) } },
    ];
  });
}
