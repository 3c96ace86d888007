import { quote } from "../../core/index.js";
import { UsageError } from "../errors/usage-error.js";

/** Parses the values of a flag that is repeated, `name=value` each. */
export function parsePairs(texts: readonly string[], flagName: string): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals < 1) throw new UsageError(`${flagName} takes name=value, not ${quote(text)}.`);
      return [text.slice(0, equals), text.slice(equals + 1)];
    }),
  );
}
