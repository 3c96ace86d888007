import type { LinkAnswer } from "../../protocol.js";
import { bodyText, memberNumber, memberText, parseObject } from "../http/request-body.js";
import { outputIn, type ViewerStore } from "../store/store.js";
import { badRequest } from "../http/viewer-error.js";

const weekMs = 7 * 24 * 60 * 60 * 1000;

/** POST: a URL with which anybody can read one blob for a limited time. */
export async function link(request: Request, store: ViewerStore): Promise<Response> {
  const wanted = parseObject(await bodyText(request));
  const output = outputIn(store, memberText(wanted, "container"), memberText(wanted, "blobName"));
  const lifetimeInMs = memberNumber(wanted, "lifetimeInMs");
  if (lifetimeInMs < 1000 || lifetimeInMs > weekMs)
    throw badRequest("lifetimeInMs", "must be between one second and 7 days");
  await output.getProperties({ abortSignal: request.signal });
  const url = await store.sign(output, { lifetimeInMs, abortSignal: request.signal });
  const expiresAt = new Date(new URL(url).searchParams.get("se") ?? Date.now() + lifetimeInMs).toISOString();
  return Response.json({ url, expiresAt } satisfies LinkAnswer);
}
