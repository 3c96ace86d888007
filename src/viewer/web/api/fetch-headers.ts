import { request, type RequestOptions } from "./client.js";
import { RequestError } from "./failure.js";

/**
 * The headers that an address answers with. What refuses a HEAD has no body to say why in: a GET is asked for the words.
 *
 * @throws RequestError as the server explains it.
 */
export async function fetchHeaders(address: string, options: RequestOptions = {}): Promise<Headers> {
  const signal = options.abortSignal ?? null;
  try {
    return (await request(address, { method: "HEAD", signal })).headers;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const answer = await request(address, { headers: { range: "bytes=0-0" }, signal });
    await answer.body?.cancel();
    throw error;
  }
}
