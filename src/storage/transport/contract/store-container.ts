import type { ContainerClient } from "@azure/storage-blob";
import type { TryLimits } from "../limits/try-limits.js";

/** A container of a store: where it is, how requests to it are authorized, and the SDK's client for it. */
export interface StoreContainer {
  /** With its SAS, if it has one. Not for messages. */
  readonly url: string;
  readonly name: string;
  readonly access: StoreAccess;
  /** The SDK's client, for a member that waits for nothing: loads the SDK where nothing has yet. */
  readonly client: ContainerClient;
  /** The SDK's client. */
  loadClient(): Promise<ContainerClient>;
}

/** How a store is reached; the containers of one account share it. */
export interface StoreAccess {
  readonly limits: TryLimits;
  /** How requests are sent past the SDK; `undefined` where the SDK sends all of them. */
  readonly direct: DirectAuthorization | undefined;
}

/** What authorizes a request that is sent past the SDK. A URL with a SAS, and public access, need nothing more. */
export interface DirectAuthorization {
  readonly userAgent: string;
  readonly key: SharedKey | undefined;
  /** Whether requests have a bearer token, which the SDK is asked for. */
  readonly hasToken: boolean;
}

/** An account's key: the SDK's `StorageSharedKeyCredential` is one. */
export interface SharedKey {
  readonly accountName: string;
  /** Signs a text; the signature is in Base64. */
  computeHMACSHA256(text: string): string;
}
