/** The members of a parsed JSON value. Each method returns `undefined` unless the member exists and has the requested type. */
export interface Members {
  value(name: string): unknown;
  text(name: string): string | undefined;
  /** The texts of an array; other items are omitted. */
  texts(name: string): string[] | undefined;
  /** A safe integer. */
  integer(name: string): number | undefined;
  /** A time in any format that `Date` parses. */
  time(name: string): Date | undefined;
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word | undefined;
  /** The members of an object. */
  object(name: string): Members | undefined;
  /** The members of each item of an array. */
  objects(name: string): Members[] | undefined;
}

/** Reads a value whose source is not trusted. A value that is not an object has no members. */
export function readMembers(wire: unknown): Members {
  const value = (name: string): unknown =>
    typeof wire === "object" && wire !== null && Object.hasOwn(wire, name)
      ? Reflect.get(wire, name)
      : undefined;
  const items = (name: string): unknown[] | undefined => {
    const found = value(name);
    return Array.isArray(found) ? found : undefined;
  };
  const text = (name: string): string | undefined => {
    const found = value(name);
    return typeof found === "string" ? found : undefined;
  };
  return {
    value,
    text,
    texts: (name) => items(name)?.filter((item): item is string => typeof item === "string"),
    integer(name) {
      const found = value(name);
      return typeof found === "number" && Number.isSafeInteger(found) ? found : undefined;
    },
    time(name) {
      const time = new Date(text(name) ?? Number.NaN);
      return Number.isNaN(time.getTime()) ? undefined : time;
    },
    oneOf(name, words) {
      const found = text(name);
      return words.find((word) => word === found);
    },
    object(name) {
      const found = value(name);
      return typeof found === "object" && found !== null ? readMembers(found) : undefined;
    },
    objects: (name) => items(name)?.map(readMembers),
  };
}
