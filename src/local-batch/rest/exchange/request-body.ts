import { translateRequest } from "../../api/translate.js";
import type { RestContext } from "./exchange.js";
import { Refusal } from "../../api/refusal.js";
import type { Shape } from "../../api/shape.js";

const maxBodyBytes = 1 << 20;

/**
 * Reads and checks the body of a request.
 * @param whenEmpty - The value of an absent body, if the body is optional.
 * @throws Refusal `RequestBodyTooLarge` for 1 MiB or more, `InvalidRequestBody`, and those of the shape.
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
      Reason: error instanceof Error ? `It is not JSON: ${error.name}.` : "It is not JSON.",
    });
  }
  requireShallow(value);
  return shape(translateRequest(value, context.var.apiVersion), "");
}

/** More levels than any valid body has, and far fewer than a recursive function can visit. */
const maxDepth = 100;

/** @throws Refusal `InvalidRequestBody` for a value with more levels. */
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
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Replacing the bytes would store a command or a name that nobody sent.
    throw new Refusal("InvalidRequestBody", { Reason: "It is not UTF-8." });
  }
}
