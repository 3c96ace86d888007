import { sharedKeyHeaders } from "../../../core/index.js";
import type { SharedKey } from "../contract/store-container.js";

/** The parts of a request that the account key signs. */
export interface SignedRequest {
  readonly method: string;
  /** The path as it is sent, escaped. */
  readonly path: string;
  /** Escaped, without "?". */
  readonly query: string;
  /** Every header that is signed; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly bodyBytes: number;
}

/** Returns the value of the header "authorization" for a request with an `x-ms-date`. */
export function createSharedKeyAuthorization(
  key: SharedKey,
  { method, path, query, headers, bodyBytes }: SignedRequest,
): string {
  const values = new Map(headers);
  if (bodyBytes > 0) values.set("content-length", String(bodyBytes));
  const standard = sharedKeyHeaders.map((name) => values.get(name) ?? "");
  const own = headers
    .filter(([name]) => name.startsWith("x-ms-"))
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}:${value}\n`);
  const parameters = query
    .split("&")
    .filter(Boolean)
    .map((parameter) => {
      const [name = "", value = ""] = parameter.split(/=(.*)/s);
      return `\n${name.toLowerCase()}:${decodeURIComponent(value)}`;
    })
    .sort();
  const resource = `/${key.accountName}${path}${parameters.join("")}`;
  const text = [method, ...standard].join("\n") + `\n${own.join("")}${resource}`;
  return `SharedKey ${key.accountName}:${key.computeHMACSHA256(text)}`;
}
