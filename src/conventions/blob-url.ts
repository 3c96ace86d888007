import { type OutputAddress, parseOutputBlobName } from "./blob-name.js";
import { decodePercent, splitUrl } from "./url-parts.js";

/** What the URL of a blob says. */
export interface OutputBlobUrl extends OutputAddress {
  /** The container, percent-decoded. */
  readonly containerName: string;
}

/**
 * What the URL of a saved output says, or `undefined` when it is no URL, or its blob does not follow the convention.
 * A query (a SAS) and a fragment are no part of the name; the name is percent-decoded once, as UTF-8; `+` stays a
 * plus, and a `%` that begins no escape stays a percent sign.
 *
 * Addresses of the emulator's style (`http://127.0.0.1:10000/account/container/blob`) are known by their host.
 */
export function parseOutputBlobUrl(url: string): OutputBlobUrl | undefined {
  const parts = splitUrl(url);
  if (!parts) return undefined;
  const segments = parts.path.split("/").slice(isPathStyle(parts.host) ? 2 : 1);
  const [container, ...name] = segments;
  if (container === undefined || container === "") return undefined;
  const address = parseOutputBlobName(decodePercent(name.join("/")));
  return address && { containerName: decodePercent(container), ...address };
}

/** An account that is a path segment, not a host name: on a bare IP address, or on this machine. */
function isPathStyle(host: string): boolean {
  const name = host.replace(/:\d*$/, "");
  return (
    name === "localhost" ||
    name === "host.docker.internal" ||
    name.startsWith("[") ||
    /^\d+(?:\.\d+){3}$/.test(name)
  );
}
