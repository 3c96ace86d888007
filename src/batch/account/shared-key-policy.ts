import { createHmac } from "node:crypto";
import type { NamedKeyCredential } from "@azure/core-auth";
import type { PipelinePolicy, PipelineRequest } from "@azure/core-rest-pipeline";
import { sharedKeyHeaders } from "../../core/index.js";

/**
 * Signs each try of a request with the current key of the Batch account: each try has a date of its own, and a key that
 * has been replaced (`AzureNamedKeyCredential.update`) is used immediately. For requests without a body.
 *
 * Source: "Authenticate requests to the Batch service" of the REST API reference.
 */
export function createSharedKeyPolicy(credential: NamedKeyCredential): PipelinePolicy {
  return {
    name: "batchSharedKeyPolicy",
    async sendRequest(request, next) {
      const { name, key } = credential;
      request.headers.set("ocp-date", new Date().toUTCString());
      const signature = createHmac("sha256", Buffer.from(key, "base64"))
        .update(formatTextToSign(request, name), "utf8")
        .digest("base64");
      request.headers.set("authorization", `SharedKey ${name}:${signature}`);
      return await next(request);
    },
  };
}

function formatTextToSign(request: PipelineRequest, account: string): string {
  const { pathname, searchParams } = new URL(request.url);
  const headers = sharedKeyHeaders.map((name) => request.headers.get(name) ?? "");
  const own = [...request.headers]
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .filter(([name]) => name.startsWith("ocp-"));
  const formatLines = (pairs: Iterable<readonly [string, string]>): string[] =>
    [...pairs].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`);
  return [
    request.method,
    ...headers,
    ...formatLines(own),
    `/${account}${pathname}`,
    ...formatLines(searchParams),
  ].join("\n");
}
