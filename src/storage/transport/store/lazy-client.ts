import { loadSdk, requireSdk, type StorageSdk } from "../sdk/load-sdk.js";

interface Source<Client> {
  get(): Client;
  load(): Promise<Client>;
}

/** A client of the SDK that is made when it is needed first. */
export class LazyClient<Client> {
  readonly #source: Source<Client>;
  #client: Client | undefined;
  #loading: Promise<Client> | undefined;

  private constructor(source: Source<Client>) {
    this.#source = source;
  }

  /** A client that there is already. */
  static of<Client>(client: Client): LazyClient<Client> {
    return new LazyClient({ get: () => client, load: () => Promise.resolve(client) });
  }

  /** A client that is made of the SDK. */
  static made<Client>(make: (sdk: StorageSdk) => Client): LazyClient<Client> {
    return new LazyClient({ get: () => make(requireSdk()), load: async () => make(await loadSdk()) });
  }

  /** A client that is made of this one. */
  derive<Derived>(make: (client: Client) => Derived): LazyClient<Derived> {
    return new LazyClient({ get: () => make(this.get()), load: async () => make(await this.load()) });
  }

  /** Loads the SDK synchronously, where nothing has yet. */
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
