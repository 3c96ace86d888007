import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { parseStoreAddress } from "../../address/store-address.js";
import type { StoreAccess, StoreContainer } from "../contract/store-container.js";
import { defaultTryLimits } from "../limits/try-limits.js";
import { adoptClient } from "../sdk/prepare-client.js";
import { LazyClient } from "./lazy-client.js";

/** An account: its URL, and its containers. */
export interface StoreAccount {
  /** The URL, with its SAS if it has one. Must not appear in messages. */
  readonly url: string;
  /** The account's name; at a custom domain, the endpoint. */
  readonly name: string;
  /** The credential that can sign URLs; `undefined` for a SAS. */
  readonly signsWith: "key" | "token" | undefined;
  /** The SDK's client, for synchronous members. */
  readonly client: BlobServiceClient;
  /** The SDK's client for requests. */
  loadClient(): Promise<BlobServiceClient>;
  /** Returns a container by its name. Sends no request. */
  getContainer(name: string): StoreContainer;
}

/** The settings with which an account or a container is opened. */
export interface OpenedStore<Client> {
  readonly url: string;
  readonly access: StoreAccess;
  readonly client: LazyClient<Client>;
}

/** Opens a container by its URL, or as part of an account. */
export function createContainer({ url, access, client }: OpenedStore<ContainerClient>): StoreContainer {
  return new LazyContainer(url, access, client, client);
}

/** Opens an account by its URL. */
export function createAccount(
  { url, access, client }: OpenedStore<BlobServiceClient>,
  signsWith: StoreAccount["signsWith"],
): StoreAccount {
  return new LazyAccount({ url, access, client, sender: client, signsWith });
}

const containers = new WeakMap<ContainerClient, StoreContainer>();

/**
 * Opens a container by a client of the caller. If the client was created from a client of this package, requests are sent
 * without the SDK. Otherwise they are sent with a copy of the client ({@link adoptClient}).
 */
export function openContainerOfClient(client: ContainerClient): StoreContainer {
  const known = containers.get(client);
  if (known) return known;
  const { access, sender } = adoptClient(client, defaultTryLimits);
  const container = new LazyContainer(client.url, access, LazyClient.of(client), LazyClient.of(sender));
  containers.set(client, container);
  return container;
}

/** Opens an account by a client of the caller; see {@link openContainerOfClient}. */
export function openAccountOfClient(client: BlobServiceClient): StoreAccount {
  const { credential } = client;
  const signsWith = "getToken" in credential ? "token" : "accountName" in credential ? "key" : undefined;
  const { access, sender } = adoptClient(client, defaultTryLimits);
  return new LazyAccount({
    ...{ url: client.url, access, signsWith },
    ...{ client: LazyClient.of(client), sender: LazyClient.of(sender) },
  });
}

class LazyContainer implements StoreContainer {
  readonly access: StoreAccess;
  // Private members are not shown when the object is logged.
  readonly #url: string;
  readonly #client: LazyClient<ContainerClient>;
  readonly #sender: LazyClient<ContainerClient>;
  #name: string | undefined;

  constructor(
    url: string,
    access: StoreAccess,
    client: LazyClient<ContainerClient>,
    sender: LazyClient<ContainerClient>,
  ) {
    this.#url = url;
    this.access = access;
    this.#client = client;
    this.#sender = sender;
  }

  get url(): string {
    return this.#url;
  }

  /**
   * The name in the URL. The SDK's client returns the account's name instead, if it does not recognize the address as an
   * emulator's.
   */
  get name(): string {
    return (this.#name ??= parseStoreAddress(this.#url, "container", "containerUrl").containerName ?? "");
  }

  get client(): ContainerClient {
    return this.#client.get();
  }

  async loadClient(): Promise<ContainerClient> {
    return await this.#sender.load();
  }
}

/** The settings with which an account is opened. */
interface AccountSettings {
  readonly url: string;
  readonly access: StoreAccess;
  /** The client that the caller has created, or sees. */
  readonly client: LazyClient<BlobServiceClient>;
  /** The client for requests. */
  readonly sender: LazyClient<BlobServiceClient>;
  readonly signsWith: StoreAccount["signsWith"];
}

class LazyAccount implements StoreAccount {
  readonly #settings: AccountSettings;

  constructor(settings: AccountSettings) {
    this.#settings = settings;
  }

  get url(): string {
    return this.#settings.url;
  }

  get name(): string {
    const { accountName, endpoint } = parseStoreAddress(this.url, "account", "accountUrl");
    return accountName ?? endpoint;
  }

  get signsWith(): StoreAccount["signsWith"] {
    return this.#settings.signsWith;
  }

  get client(): BlobServiceClient {
    return this.#settings.client.get();
  }

  async loadClient(): Promise<BlobServiceClient> {
    return await this.#settings.sender.load();
  }

  getContainer(name: string): StoreContainer {
    const { client, sender, access } = this.#settings;
    const url = new URL(this.url);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(name)}`;
    const derive = (account: LazyClient<BlobServiceClient>): LazyClient<ContainerClient> =>
      account.derive((service) => service.getContainerClient(name));
    const derived = derive(client);
    return new LazyContainer(url.href, access, derived, sender === client ? derived : derive(sender));
  }
}
