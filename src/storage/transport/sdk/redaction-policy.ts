import type { PipelinePolicy } from "@azure/core-rest-pipeline";
import { redactErrorTexts } from "../../../core/index.js";

/**
 * Removes credentials from the texts of errors before the SDK passes them to the spans of its calls: a server or proxy may repeat
 * the URL of the request in its answer, and with it the signature of a SAS.
 */
export const redactionPolicy: PipelinePolicy = {
  name: "azureBatchOutputsRedactionPolicy",
  async sendRequest(request, next) {
    try {
      return await next(request);
    } catch (error) {
      redactErrorTexts(error);
      throw error;
    }
  },
};
