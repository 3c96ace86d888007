/**
 * Requests to the store. `contract/` defines them; the other folders send them, with or without the SDK. The rest of
 * storage imports only this file, and does not depend on how they are sent (docs/decisions/0011-transport.md).
 *
 * @packageDocumentation
 */
import type { BlobServiceClient, ContainerClient, StoragePipelineOptions } from "@azure/storage-blob";
import type { BlobTransport } from "./contract/blob-transport.js";
import type { StoreAccess, StoreContainer } from "./contract/store-container.js";
import { createDirectAuthorization, type DirectCredential } from "./direct/direct-access.js";
import { LazyTransport } from "./lazy-transport.js";
import { parseTryLimits, type ProgressOptions } from "./limits/try-limits.js";
import type { StorageSdk } from "./sdk/load-sdk.js";
import { prepareOwnClient } from "./sdk/prepare-client.js";
import { RenewableSas, type RenewContainerUrl } from "./sdk/renewable-sas.js";
import { addRenewalPolicy } from "./sdk/renewal-policy.js";
import { LazyClient } from "./store/lazy-client.js";
import type { OpenedStore } from "./store/store-account.js";

export type {
  AppendedBlock,
  AppendPoint,
  BlobPages,
  BlobProperties,
  BlobTransport,
  ListedPage,
  OpenedRange,
  PageQuery,
  RangeRead,
  WrittenBlob,
} from "./contract/blob-transport.js";
export type { ListedBlob } from "./contract/listed-blob.js";
export { type RangeAnswer, readTotalBytes } from "./contract/range-answer.js";
export type { SharedKey, StoreContainer } from "./contract/store-container.js";
export { type DirectCredential, traceRequests } from "./direct/direct-access.js";
export type { ProgressOptions } from "./limits/try-limits.js";
export { loadSdk, requireModule, requireSdk, type StorageSdk } from "./sdk/load-sdk.js";
export { createPageSettings, parseContinuationToken, requireETag } from "./sdk/sdk-transport.js";
export type { RenewContainerUrl } from "./sdk/renewable-sas.js";
export { hadUnansweredTry } from "./sdk/unanswered-tries.js";
export {
  openAccountOfClient,
  openContainerOfClient,
  createAccount,
  createContainer,
  type StoreAccount,
} from "./store/store-account.js";

const transports = new WeakMap<StoreContainer, BlobTransport>();

/** Creates the transport for the blobs of a container. */
export function openTransport(container: StoreContainer): BlobTransport {
  const known = transports.get(container);
  if (known) return known;
  const transport = new LazyTransport(container);
  transports.set(container, transport);
  return transport;
}

/** The settings with which a store is opened. */
export interface StoreDescription<Client> {
  /** The URL, with its SAS if it has one. */
  readonly url: string;
  readonly credential: DirectCredential;
  readonly options: StoragePipelineOptions & ProgressOptions;
  /** Whether its connection string names a proxy: then the SDK sends everything. */
  readonly hasProxy?: boolean;
  /** Renews the SAS of a container. */
  readonly renewUrl?: RenewContainerUrl | undefined;
  /** Creates the SDK's client. */
  readonly makeClient: (sdk: StorageSdk) => Client;
}

/** Opens an account or a container. The SDK's client for it is created on first use. */
export function openStore<Client extends BlobServiceClient | ContainerClient>(
  store: StoreDescription<Client>,
): OpenedStore<Client> {
  const { url, credential, options, hasProxy = false, renewUrl, makeClient } = store;
  const sas = renewUrl && new RenewableSas(url, renewUrl);
  const access: StoreAccess = {
    limits: parseTryLimits(options),
    direct: hasProxy ? undefined : createDirectAuthorization(url, credential, options),
    sas,
  };
  const client = LazyClient.made((sdk) => {
    const made = makeClient(sdk);
    prepareOwnClient(made, access, options);
    if (sas) addRenewalPolicy(made, sas);
    return made;
  });
  return { url, access, client };
}
