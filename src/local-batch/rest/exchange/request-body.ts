import { translateRequest } from "../../api/translate.js";
import type { RestContext } from "./exchange.js";
import { Refusal } from "../../api/refusal.js";
import type { Shape } from "../../api/shape.js";

const maxBodyBytes = 1 << 20;

/**
 * The request's body, checked.
 * @param whenEmpty - What an absent body means, where there may be none.
 * @throws Refusal `RequestBodyTooLarge` from 1 MiB on, `InvalidRequestBody`, or what the shape refuses.
 */
export async function readBody<Body>(
  context: RestContext,
  shape: Shape<Body>,
  whenEmpty?: unknown,
): Promise<Body> {
  const text = await readText(context.req.raw);
  if (text === "" && whenEmpty !== undefined) return shape(whenEmpty, "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refusal("InvalidRequestBody", {
      Reason: error instanceof Error ? `It is no JSON: ${error.name}.` : "It is no JSON.",
    });
  }
  requireShallow(value);
  return shape(translateRequest(value, context.var.apiVersion), "");
}

/** Far beyond what any body needs, and far below what a recursive function can walk. */
const maxDepth = 100;

/** @throws Refusal `InvalidRequestBody` for a value that is nested deeper. */
function requireShallow(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth)
      throw new Refusal("InvalidRequestBody", { Reason: `It is nested more than ${maxDepth} levels deep.` });
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? (Object.values(one) as unknown[]) : [],
    );
  }
}

async function readText(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBodyBytes) throw new Refusal("RequestBodyTooLarge", { MaxLimit: String(maxBodyBytes) });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
