import { type OutputAddress, parseOutputBlobName } from "./blob-name.js";
import { decodePercent, splitUrl } from "./url-parts.js";

/** Identifies one output and its container. */
export interface OutputBlobUrl extends OutputAddress {
  /** The container, percent-decoded. */
  readonly containerName: string;
}

/**
 * Parses the URL of a saved output. Returns `undefined` if the text is not a URL or the blob name does not follow the
 * convention. The query (a SAS) and the fragment are ignored. The name is percent-decoded once, as UTF-8; `+` remains a plus sign,
 * and a `%` without an escape remains a percent sign.
 *
 * Path-style URLs of the emulator (`http://127.0.0.1:10000/account/container/blob`) are recognized by host or port, as in the
 * storage SDK.
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

/** Ports that the storage SDK treats as those of an emulator: 10000 to 10004, 10100, 11000, … */
const emulatorPort = /^1[01][01]0[0-4]$/;

/** Whether the account is the first path segment: for an IP address, this machine, or an emulator's port. */
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
