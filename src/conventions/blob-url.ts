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
 * Addresses of the emulator's style (`http://127.0.0.1:10000/account/container/blob`) are known by their host or
 * port, as the storage SDK knows them.
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

/** The ports at which the storage SDK takes whatever answers for an emulator: 10000 to 10004, 10100, 11000, … */
const emulatorPort = /^1[01][01]0[0-4]$/;

/** Whether the account is the first path segment: on a bare IP address, on this machine, or at an emulator's port. */
function isPathStyle(host: string): boolean {
  const [, name = "", port = ""] = /^(.*?)(?::(\d*))?$/.exec(host.toLowerCase()) ?? [];
  if (name.split(".")[1] === "blob") return false;
  return (
    name === "localhost" ||
    name === "host.docker.internal" ||
    name.startsWith("[") ||
    /^\d+(?:\.\d+){3}$/.test(name) ||
    emulatorPort.test(port)
  );
}
