import { get, type IncomingMessage } from "node:http";

/** Answers of the service are shorter. The limit is for anything else that answers at its address. */
const maxAnswerBytes = 1024 * 1024;

/**
 * Requests a document of the Instance Metadata Service, without a proxy, because the service is only reachable from the
 * machine itself.
 *
 * @returns `undefined` if there is no complete answer when the signal fires, or none of status 200.
 */
export async function readMetadata(url: URL, abortSignal: AbortSignal): Promise<string | undefined> {
  return await new Promise((resolve) => {
    const request = get(
      url,
      { headers: { Metadata: "true" }, agent: false, signal: abortSignal },
      (response) => {
        resolve(readBody(response));
      },
    );
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
    // A broken connection counts as no answer: the caller repeats the request.
    return undefined;
  }
  return response.statusCode === 200 ? Buffer.concat(chunks).toString() : undefined;
}
