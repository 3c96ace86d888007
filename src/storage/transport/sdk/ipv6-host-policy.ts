import type { PipelinePolicy } from "@azure/core-rest-pipeline";

/**
 * Sends requests to an IPv6 address in a URL. The SDK hands Node.js the host as the URL writes it, in brackets, and
 * Node.js looks that up as a name.
 */
export const ipv6HostPolicy: PipelinePolicy = {
  name: "batchOutputsIpv6HostPolicy",
  sendRequest: async (request, next) => {
    const { hostname } = new URL(request.url);
    request.requestOverrides = { ...request.requestOverrides, hostname: hostname.slice(1, -1) };
    return await next(request);
  },
};
