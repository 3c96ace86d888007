import type { AbortSignalLike } from "@azure/abort-controller";
import type { ContainerClient } from "@azure/storage-blob";
import type { TryLimits } from "../limits/try-limits.js";

/** A container of a store: its URL, the authorization of its requests, and the SDK's client for it. */
export interface StoreContainer {
  /** The URL, with its SAS if it has one. Must not appear in messages. */
  readonly url: string;
  readonly name: string;
  readonly access: StoreAccess;
  /** The SDK's client, for synchronous members. Loads the SDK synchronously if it is not loaded. */
  readonly client: ContainerClient;
  /** The SDK's client for requests. */
  loadClient(): Promise<ContainerClient>;
}

/** How requests are sent to a store. The containers of an account share it. */
export interface StoreAccess {
  readonly limits: TryLimits;
  /** How requests are sent without the SDK; `undefined` if the SDK sends all of them. */
  readonly direct: DirectAuthorization | undefined;
  /** The SAS of a container, if it is renewed; otherwise that of the URL is sent. */
  readonly sas?: CurrentSas | undefined;
}

/** A SAS that is renewed before it ends. */
export interface CurrentSas {
  /** Returns the query of a URL with the SAS for a request that is sent now. */
  getCurrent(abortSignal: AbortSignalLike | undefined): Promise<string>;
}

/** The authorization of a request that is sent without the SDK. A URL with a SAS, and public access, need none. */
export interface DirectAuthorization {
  readonly userAgent: string;
  readonly key: SharedKey | undefined;
  /** Whether requests have a bearer token, which is obtained from the SDK. */
  readonly hasToken: boolean;
}

/** Signs with an account's key, like the SDK's `StorageSharedKeyCredential`. */
export interface SharedKey {
  readonly accountName: string;
  /** Signs a text. Returns the signature in Base64. */
  computeHMACSHA256(text: string): string;
}
