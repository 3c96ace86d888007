import { Refusal } from "../../api/refusal.js";

/** What conditions are about; times as ISO 8601. */
export interface ConditionedOn {
  readonly eTag?: string;
  readonly lastModified: string;
}

/**
 * Holds the conditional headers of a request against what is there.
 * @returns whether a read is to be answered with 304, because the client has it already.
 * @throws Refusal `ConditionNotMet`; `InvalidHeaderValue`.
 */
export function isNotModified(method: string, headers: Headers, entity: ConditionedOn): boolean {
  const ifMatch = headers.get("if-match");
  if (ifMatch !== null && !matches(ifMatch, entity.eTag)) throw notMet("If-Match");
  const seconds = Math.floor(Date.parse(entity.lastModified) / 1000);
  const unmodifiedSince = readDate(headers, "if-unmodified-since");
  if (unmodifiedSince !== undefined && seconds > unmodifiedSince) throw notMet("If-Unmodified-Since");
  const ifNoneMatch = headers.get("if-none-match");
  const modifiedSince = readDate(headers, "if-modified-since");
  const hasIt =
    ifNoneMatch !== null
      ? matches(ifNoneMatch, entity.eTag)
      : modifiedSince !== undefined && seconds <= modifiedSince;
  if (!hasIt) return false;
  if (method === "GET" || method === "HEAD") return true;
  throw notMet(ifNoneMatch !== null ? "If-None-Match" : "If-Modified-Since");
}

function matches(header: string, eTag: string | undefined): boolean {
  return header
    .split(",")
    .map((one) => one.trim().replace(/^(?:W\/)?"(.*)"$/, "$1"))
    .some((one) => one === "*" || one === eTag);
}

/** In whole seconds, as HTTP dates are. */
function readDate(headers: Headers, name: string): number | undefined {
  const value = headers.get(name);
  if (value === null) return undefined;
  const time = Date.parse(value);
  if (Number.isNaN(time))
    throw new Refusal("InvalidHeaderValue", {
      HeaderName: name,
      HeaderValue: value,
      Reason: "It is no date of HTTP.",
    });
  return Math.floor(time / 1000);
}

function notMet(header: string): Refusal {
  return new Refusal("ConditionNotMet", { HeaderName: header });
}
