import { request, type RequestOptions } from "./client.js";
import { RequestError } from "./failure.js";

/**
 * Requests the headers of an address. An error answer to HEAD has no body, so its explanation is requested with GET.
 *
 * @throws RequestError
 */
export async function fetchHeaders(
  address: string,
  { abortSignal, silenceLimitInMs }: RequestOptions = {},
): Promise<Headers> {
  const common = { signal: abortSignal ?? null, silenceLimitInMs };
  try {
    return (await request(address, { ...common, method: "HEAD" })).headers;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    const answer = await request(address, { ...common, headers: { range: "bytes=0-0" } });
    await answer.body?.cancel();
    throw error;
  }
}
