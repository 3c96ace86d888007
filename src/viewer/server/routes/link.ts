import type { LinkAnswer } from "../../protocol/index.js";
import { readBody, requireNumberMember, requireTextMember, parseObject } from "../http/request-body.js";
import { getOutputOfBlob, type ViewerStore } from "../store/store.js";
import { createBadRequestError } from "../http/viewer-error.js";

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** POST: creates a URL with which anyone can read one blob for a limited time. */
export async function createLink(request: Request, store: ViewerStore): Promise<Response> {
  const wanted = parseObject(await readBody(request));
  const output = getOutputOfBlob(
    store,
    requireTextMember(wanted, "container"),
    requireTextMember(wanted, "blobName"),
  );
  const lifetimeInMs = requireNumberMember(wanted, "lifetimeInMs");
  if (lifetimeInMs < 1000 || lifetimeInMs > weekMs)
    throw createBadRequestError("lifetimeInMs", "must be between one second and 7 days");
  await output.getProperties({ abortSignal: request.signal });
  const url = await store.sign(output, { lifetimeInMs, abortSignal: request.signal });
  const expiresAt = new Date(new URL(url).searchParams.get("se") ?? Date.now() + lifetimeInMs).toISOString();
  return Response.json({ url, expiresAt } satisfies LinkAnswer);
}
