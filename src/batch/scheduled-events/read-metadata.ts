import { get, type IncomingMessage } from "node:http";

/** The service answers within milliseconds; the first request of a machine may take up to two minutes. */
const answerTimeoutInMs = 120_000;

/** No answer of the service is longer; something else that answers at its address must not fill the memory. */
const maxAnswerBytes = 1024 * 1024;

/**
 * Reads a document of the Instance Metadata Service. Never through a proxy: the service is a part of the machine.
 *
 * @returns `undefined` if there is no answer, or none of status 200.
 */
export async function readMetadata(url: URL, abortSignal: AbortSignal): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const request = get(
      url,
      { headers: { Metadata: "true" }, agent: false, timeout: answerTimeoutInMs, signal: abortSignal },
      (response) => {
        resolve(readBody(response));
      },
    );
    request.on("timeout", () => request.destroy());
    request.on("error", () => {
      resolve(undefined);
    });
  });
}

async function readBody(response: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxAnswerBytes) {
        response.destroy();
        return undefined;
      }
      chunks.push(chunk);
    }
  } catch {
    // The connection broke: as good as no answer, and the next request asks again.
    return undefined;
  }
  return response.statusCode === 200 ? Buffer.concat(chunks).toString() : undefined;
}
