import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";
import { parseStoreAddress } from "../../address/store-address.js";
import type { StoreAccess, StoreContainer } from "../contract/store-container.js";
import { defaultTryLimits } from "../limits/try-limits.js";
import { limitTries } from "../sdk/prepare-client.js";
import { LazyClient } from "./lazy-client.js";

/** An account: where it is, and its containers. */
export interface StoreAccount {
  /** With its SAS, if it has one. Not for messages. */
  readonly url: string;
  /** Its name; at a domain of its owner, the endpoint. */
  readonly name: string;
  /** What URLs of it can be signed with; `undefined` for a SAS. */
  readonly signsWith: "key" | "token" | undefined;
  /** The SDK's client, for a member that waits for nothing. */
  readonly client: BlobServiceClient;
  /** The SDK's client. */
  loadClient(): Promise<BlobServiceClient>;
  /** A container by its name. Makes no request. */
  getContainer(name: string): StoreContainer;
}

/** What an account or a container is opened with. */
export interface OpenedStore<Client> {
  readonly url: string;
  readonly access: StoreAccess;
  readonly client: LazyClient<Client>;
}

/** A container that is opened by its URL, or found in an account. */
export function createContainer({ url, access, client }: OpenedStore<ContainerClient>): StoreContainer {
  return new LazyContainer(url, access, client);
}

/** An account that is opened by its URL. */
export function createAccount(
  { url, access, client }: OpenedStore<BlobServiceClient>,
  signsWith: StoreAccount["signsWith"],
): StoreAccount {
  return new LazyAccount(url, access, client, signsWith);
}

const containers = new WeakMap<ContainerClient, StoreContainer>();

/**
 * The container of a client that the caller has: requests are sent past the SDK where the client was made by one of this
 * package's. Of others, only the tries are limited.
 */
export function containerFromClient(client: ContainerClient): StoreContainer {
  const known = containers.get(client);
  if (known) return known;
  const container = new LazyContainer(
    client.url,
    limitTries(client, defaultTryLimits),
    LazyClient.of(client),
  );
  containers.set(client, container);
  return container;
}

/** The account of a client that the caller has, see {@link containerFromClient}. */
export function accountFromClient(client: BlobServiceClient): StoreAccount {
  const { credential } = client;
  const signsWith = "getToken" in credential ? "token" : "accountName" in credential ? "key" : undefined;
  return new LazyAccount(client.url, limitTries(client, defaultTryLimits), LazyClient.of(client), signsWith);
}

class LazyContainer implements StoreContainer {
  readonly access: StoreAccess;
  // Nothing that is printed shows a private member.
  readonly #url: string;
  readonly #client: LazyClient<ContainerClient>;
  #name: string | undefined;

  constructor(url: string, access: StoreAccess, client: LazyClient<ContainerClient>) {
    this.#url = url;
    this.access = access;
    this.#client = client;
  }

  get url(): string {
    return this.#url;
  }

  /** Not what the SDK's client says: at addresses that it does not know as the emulator's it takes the account for the container. */
  get name(): string {
    return (this.#name ??= parseStoreAddress(this.#url, "container", "containerUrl").containerName ?? "");
  }

  get client(): ContainerClient {
    return this.#client.get();
  }

  async loadClient(): Promise<ContainerClient> {
    return await this.#client.load();
  }
}

class LazyAccount implements StoreAccount {
  readonly signsWith: StoreAccount["signsWith"];
  readonly #access: StoreAccess;
  readonly #url: string;
  readonly #client: LazyClient<BlobServiceClient>;

  constructor(
    url: string,
    access: StoreAccess,
    client: LazyClient<BlobServiceClient>,
    signsWith: StoreAccount["signsWith"],
  ) {
    this.#url = url;
    this.#access = access;
    this.#client = client;
    this.signsWith = signsWith;
  }

  get url(): string {
    return this.#url;
  }

  get name(): string {
    const { accountName, endpoint } = parseStoreAddress(this.#url, "account", "accountUrl");
    return accountName ?? endpoint;
  }

  get client(): BlobServiceClient {
    return this.#client.get();
  }

  async loadClient(): Promise<BlobServiceClient> {
    return await this.#client.load();
  }

  getContainer(name: string): StoreContainer {
    const url = new URL(this.#url);
    url.pathname = `${url.pathname.replace(/\/$/, "")}/${encodeURIComponent(name)}`;
    const client = this.#client.derive((service) => service.getContainerClient(name));
    return new LazyContainer(url.href, this.#access, client);
  }
}
