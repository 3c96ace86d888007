import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";

/**
 * Stores a blob under a name as it stands on the wire, by plain HTTP: names that the SDK would turn into others
 * (`a/../b`) reach the store as they are. Only what a path of HTTP cannot hold is to be percent-encoded by the caller.
 */
export async function sendRawPut(containerSasUrl: string, rawName: string, content: string): Promise<void> {
  const { hostname, port, pathname, search } = new URL(containerSasUrl);
  const sending = request({
    host: hostname,
    port,
    method: "PUT",
    path: `${pathname}/${rawName}${search}`,
    headers: {
      "x-ms-blob-type": "BlockBlob",
      "x-ms-version": "2021-12-02",
      "content-length": Buffer.byteLength(content),
    },
  });
  sending.end(content);
  const [answer] = (await once(sending, "response")) as [IncomingMessage];
  answer.resume();
  await once(answer, "end");
  if (answer.statusCode !== 201)
    throw new Error(`the store answered ${String(answer.statusCode)} to ${rawName}`);
}
