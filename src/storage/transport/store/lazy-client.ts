import { loadSdk, requireSdk, type StorageSdk } from "../sdk/load-sdk.js";

interface Source<Client> {
  get(): Client;
  load(): Promise<Client>;
}

/** A client of the SDK that is created on first use. */
export class LazyClient<Client> {
  readonly #source: Source<Client>;
  #client: Client | undefined;
  #loading: Promise<Client> | undefined;

  private constructor(source: Source<Client>) {
    this.#source = source;
  }

  /** Wraps an existing client. */
  static of<Client>(client: Client): LazyClient<Client> {
    return new LazyClient({ get: () => client, load: () => Promise.resolve(client) });
  }

  /** Wraps a function that creates the client with the SDK. */
  static made<Client>(make: (sdk: StorageSdk) => Client): LazyClient<Client> {
    return new LazyClient({ get: () => make(requireSdk()), load: async () => make(await loadSdk()) });
  }

  /** Derives another client from this one. */
  derive<Derived>(make: (client: Client) => Derived): LazyClient<Derived> {
    return new LazyClient({ get: () => make(this.get()), load: async () => make(await this.load()) });
  }

  /** Creates the client synchronously. Loads the SDK if it is not loaded. */
  get(): Client {
    return (this.#client ??= this.#source.get());
  }

  async load(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    this.#loading ??= this.#source.load();
    const client = await this.#loading;
    return (this.#client ??= client);
  }
}
