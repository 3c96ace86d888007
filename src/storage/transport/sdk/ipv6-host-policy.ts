import type { PipelinePolicy } from "@azure/core-rest-pipeline";

/**
 * Makes IPv6 addresses in URLs work. The SDK passes the host in brackets to Node.js, which then looks it up as a name.
 */
export const ipv6HostPolicy: PipelinePolicy = {
  name: "batchOutputsIpv6HostPolicy",
  sendRequest: async (request, next) => {
    const { hostname } = new URL(request.url);
    request.requestOverrides = { ...request.requestOverrides, hostname: hostname.slice(1, -1) };
    return await next(request);
  },
};
