import type { ContainerClient } from "@azure/storage-blob";
import type { BlobRequest, Refusal } from "./blob-request.js";

/** What a rule may look at beside the request. */
export interface RuleContext {
  /** With the account's key, past the rules. */
  container(name: string): ContainerClient;
}

/** Something that Azure refuses and Azurite does not, with its source. */
export type Rule = (
  request: BlobRequest,
  context: RuleContext,
) => Promise<Refusal | undefined> | Refusal | undefined;
