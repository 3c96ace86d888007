import type fc from "fast-check";

/**
 * What each file of test/fuzz/targets/ and test/viewer/fuzz/ exports as `target`; the name of the target is that of the file.
 *
 * A property that holds for every input. The input of a target of bytes is a string too, of one character (U+0000 to U+00FF) for
 * each byte: then one way of changing inputs serves all targets.
 */
export interface FuzzTarget {
  /** Valid inputs, which are changed. */
  readonly seeds: readonly string[];
  /** Inputs that follow the target's grammar. */
  readonly grammar?: fc.Arbitrary<string>;
  /** Texts that are inserted: the words and signs of the target's language. */
  readonly words?: readonly string[];
  readonly isBinary?: boolean;
  /** Throws if the property does not hold. */
  readonly check: (input: string) => void | Promise<void>;
}

/** What became of a run. */
export interface FuzzResult {
  readonly runs: number;
  /** The smallest input for which the property does not hold. */
  readonly failure?: { readonly input: string; readonly problem: string };
}

/** The bytes of an input of a target with `isBinary`. */
export function toBytes(input: string): Buffer {
  return Buffer.from(input, "latin1");
}

/** The seed, of a target with `isBinary`, that has these bytes. */
export function fromBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
