import { request, type RequestOptions } from "./client.js";
import { RequestError } from "./failure.js";

/**
 * Requests the headers of an address. An error answer to HEAD has no body, so its explanation is requested with GET.
 *
 * @throws RequestError
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
