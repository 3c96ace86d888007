import { AssertionError } from "node:assert";

import { isArgumentError } from "../../../src/core/index.js";

/** What a call returned or threw. Only the documented errors are caught. */
export type Outcome<T> =
  { readonly value: T; readonly error?: never } | { readonly value?: never; readonly error: Error };

/** Calls a function, which may throw errors of these kinds and no others. */
export function attempt<T>(call: () => T, ...allowed: readonly ((error: unknown) => boolean)[]): Outcome<T> {
  try {
    return { value: call() };
  } catch (error) {
    if (error instanceof Error && allowed.some((isAllowed) => isAllowed(error))) return { error };
    throw error;
  }
}

/** Calls a function that may throw an error that names its argument, and no other. */
export function attemptArgument<T>(call: () => T): Outcome<T> {
  return attempt(call, isArgumentError);
}

/** As `instanceof`, for {@link attempt}. */
export function isA(type: abstract new (...args: never) => unknown): (error: unknown) => boolean {
  return (error) => error instanceof type;
}

/** Throws if a text that a person or a program gets contains the secret. */
export function requireHidden(error: Error | undefined, secret: string): void {
  for (let shown: unknown = error; shown instanceof Error; shown = shown.cause) {
    const texts = [shown.message, shown.stack ?? "", JSON.stringify(shown)];
    if (texts.some((text) => text.includes(secret)))
      throw new AssertionError({ message: `shows the secret: ${shown.message}` });
  }
}

const builtIn = [Object, Array, String, Number, Function].map(({ prototype }) => ({
  prototype: prototype as object,
  names: Reflect.ownKeys(prototype as object).length,
}));

/** Throws if an input changed what all objects have. */
export function requirePlainPrototypes(): void {
  for (const { prototype, names } of builtIn) {
    if (Reflect.ownKeys(prototype).length !== names)
      throw new AssertionError({
        message: `a built-in prototype has members ${Reflect.ownKeys(prototype).join(" ")}`,
      });
  }
}
