import { BatchOutputsError } from "../../core/index.js";

/** The variables that name a proxy, in the order in which the Azure SDK reads them. */
const names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/**
 * Checks the variables that name a proxy. The SDK would fail with "Invalid URL", or take `proxy:8080` for a protocol.
 *
 * @throws BatchOutputsError `EnvironmentIncomplete` naming the variable, without its value, which may contain a password.
 */
export function requireProxyUrls(): void {
  for (const name of names) {
    const value = process.env[name];
    if (!value) continue;
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url?.protocol === "http:" || url?.protocol === "https:") continue;
    throw new BatchOutputsError(
      "EnvironmentIncomplete",
      `The environment variable ${name} must be the URL of a proxy, such as http://proxy.example.com:8080.`,
    );
  }
}
