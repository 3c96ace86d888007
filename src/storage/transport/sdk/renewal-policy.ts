import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import type { RenewableSas } from "./renewable-sas.js";
import { getPolicyTaker, type StorageClient } from "./sdk-internals.js";

/**
 * Makes a client send each try of a request with the current SAS, and once more with a new one if the service has refused
 * it.
 */
export function addRenewalPolicy(client: StorageClient, sas: RenewableSas): void {
  getPolicyTaker(client)?.addPolicy(createRenewalPolicy(sas), {
    afterPhase: "Retry",
    beforePolicies: ["azureBatchOutputsTransientAnswerPolicy", "tracingPolicy"],
  });
}

function createRenewalPolicy(renewable: RenewableSas): PipelinePolicy {
  return {
    name: "azureBatchOutputsRenewalPolicy",
    async sendRequest(request, next) {
      const { url, abortSignal } = request;
      const sas = await renewable.getCurrent(abortSignal);
      request.url = withSas(url, sas);
      const response = await next(request);
      if (response.status !== 403 && response.status !== 401) return response;
      if (response.headers.get("x-ms-error-code") !== "AuthenticationFailed") return response;
      if (!(await renewable.replace(sas, abortSignal))) return response;
      request.url = withSas(url, await renewable.getCurrent(abortSignal));
      return await next(request);
    },
  };
}

/** The parameters of a SAS. Source: "Create a service SAS", "Create a user delegation SAS", "Create an account SAS". */
const parameters = new Set(
  "sv sr ss srt st se sp sip spr si sdd sig skoid sktid skt ske sks skv saoid suoid scid sduoid skdutid ses rscc rscd rsce rscl rsct".split(
    " ",
  ),
);

function withSas(url: string, sas: string): string {
  const [address = "", query = ""] = url.split("?", 2);
  const others = query
    .split("&")
    .filter((pair) => pair !== "" && !parameters.has(pair.split("=", 1)[0] ?? ""));
  return `${address}?${[...others, sas].join("&")}`;
}
