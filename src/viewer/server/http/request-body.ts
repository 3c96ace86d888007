import { createBadRequestError, ViewerError } from "./viewer-error.js";

/** The maximum length of a body: a selection of some ten thousand names. */
const maxBodyBytes = 16 * 1024 * 1024;

/** Reads a request's body, unless it is longer than any that the page sends. */
export async function readBody(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes)
      throw new ViewerError(413, "BadRequest", "The body of the request is too long.");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** Parses a text as a JSON object. */
export function parseObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw createBadRequestError("The body", "must be a JSON object");
}

export function requireTextMember(holder: object, name: string): string {
  const value: unknown = Reflect.get(holder, name);
  if (typeof value === "string" && value !== "") return value;
  throw createBadRequestError(name, "must be a string that is not empty");
}

export function requireNumberMember(holder: object, name: string): number {
  const value: unknown = Reflect.get(holder, name);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw createBadRequestError(name, "must be a number");
}

/** `undefined` if the property is absent. */
export function readTextsMember(holder: object, name: string): string[] | undefined {
  const value: unknown = Reflect.get(holder, name);
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw createBadRequestError(name, "must be a list of strings");
}

/** `undefined` if the property is absent. */
export function readTextMember(holder: object, name: string): string | undefined {
  return Reflect.get(holder, name) === undefined ? undefined : requireTextMember(holder, name);
}
