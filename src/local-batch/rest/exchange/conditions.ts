import { Refusal } from "../../api/refusal.js";

/** The values that conditional headers are compared with; times are ISO 8601. */
export interface ConditionedOn {
  readonly eTag?: string;
  readonly lastModified: string;
}

/**
 * Checks the conditional headers of a request.
 * @returns Whether the response to a read is 304, because the client has the current version.
 * @throws Refusal `ConditionNotMet`; `InvalidHeaderValue`.
 */
export function isNotModified(method: string, headers: Headers, entity: ConditionedOn): boolean {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== null && !matches(ifMatch, entity.eTag)) throw new Refusal("ConditionNotMet");
  const seconds = Math.floor(Date.parse(entity.lastModified) / 1000);
  const unmodifiedSince = readDate(headers, "if-unmodified-since");
  if (unmodifiedSince !== undefined && seconds > unmodifiedSince) throw new Refusal("ConditionNotMet");
  const ifNoneMatch = headers.get("if-none-match");
  const modifiedSince = readDate(headers, "if-modified-since");
  const hasIt =
    ifNoneMatch !== null
      ? matches(ifNoneMatch, entity.eTag)
      : modifiedSince !== undefined && seconds <= modifiedSince;
  if (!hasIt) return false;
  if (method === "GET" || method === "HEAD") return true;
  throw new Refusal("ConditionNotMet");
}

function matches(header: string, eTag: string | undefined): boolean {
  return header
    .split(",")
    .map((one) => one.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"))
    .some((one) => one === "*" || one === eTag);
}

/** Reads the date of a header in seconds, the precision of HTTP dates. */
function readDate(headers: Headers, name: string): number | undefined {
  const value = headers.get(name);
  if (value === null) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time))
    throw new Refusal("InvalidHeaderValue", {
      HeaderName: name,
      HeaderValue: value,
      Reason: "It is not an HTTP date.",
    });
  return Math.floor(time / 1000);
}
