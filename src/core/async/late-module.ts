/**
 * A part of this package that is loaded when it is needed, so that an import of the package is fast. Once loaded, it is used without
 * waiting: `part.loaded ?? (await part.load())`.
 */
export class LateModule<Module> {
  readonly #import: () => Promise<Module>;
  #loaded: Module | undefined;

  /** @param load - Calls `import()`. */
  constructor(load: () => Promise<Module>) {
    this.#import = load;
  }

  get loaded(): Module | undefined {
    return this.#loaded;
  }

  async load(): Promise<Module> {
    return (this.#loaded = await this.#import());
  }
}
