import { normalizeDuration, parseDurationInMs } from "./parse-duration.js";
import { Refusal } from "./refusal.js";

/**
 * Checks a value in the body of a request, and returns it in the form in which the service stores it.
 * @param path - The path of the property in the body, such as `outputFiles[0]/destination/container/path`.
 * @throws Refusal that names the property.
 */
export type Shape<T> = (value: unknown, path: string) => T;

/** The type of the values that a shape returns. */
export type Given<S extends Shape<unknown>> = ReturnType<S>;

/** A required property. */
export interface Required<T> {
  readonly required: Shape<T>;
}

type Properties = Readonly<Record<string, Shape<unknown> | Required<unknown>>>;

type RequiredNames<P extends Properties> = {
  [Name in keyof P]: P[Name] extends Required<unknown> ? Name : never;
}[keyof P];

type TypeOf<Property> = Property extends Required<infer T> ? T : Property extends Shape<infer T> ? T : never;

/** The type of an object with these properties. It is inferred, so that no body is declared twice. */
type ObjectOf<P extends Properties> = Flat<
  {
    readonly [Name in RequiredNames<P>]: TypeOf<P[Name]>;
  } & {
    readonly [Name in Exclude<keyof P, RequiredNames<P>>]?: TypeOf<P[Name]>;
  }
>;

/** The same type as a single object type, so that compiler messages show its properties. */
type Flat<T> = { [Name in keyof T]: T[Name] };

export const required = <T>(shape: Shape<T>): Required<T> => ({ required: shape });

/** Any JSON, stored and returned unchanged: for properties that have no effect on this machine. */
export const anything: Shape<unknown> = (value) => value;

export function text(maxLength = 32_768): Shape<string> {
  return (value, path) => {
    if (typeof value !== "string") throw invalid(path, value, "It must be a string.");
    if (value.length > maxLength) throw invalid(path, value, `It has more than ${maxLength} characters.`);
    return value;
  };
}

/** The id of a pool, job or task. */
export const id: Shape<string> = (value, path) => {
  if (typeof value === "string" && /^[\w-]{1,64}$/.test(value)) return value;
  throw invalid(path, value, "An id is 1 to 64 letters, digits, hyphens and underscores.");
};

/** A whole number. As recorded of Azure, it may also be given as text: the Azure CLI of 2024 and later sends `"5"`. */
export function integer(minimum: number, maximum: number): Shape<number> {
  return (value, path) => {
    const given = typeof value === "string" && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
    if (typeof given === "number" && Number.isInteger(given) && given >= minimum && given <= maximum)
      return given;
    throw invalid(path, value, `It must be an integer from ${minimum} to ${maximum}.`);
  };
}

export function number(minimum: number, maximum: number): Shape<number> {
  return (value, path) => {
    if (typeof value === "number" && value >= minimum && value <= maximum) return value;
    throw invalid(path, value, `It must be a number from ${minimum} to ${maximum}.`);
  };
}

export const flag: Shape<boolean> = (value, path) => {
  if (typeof value === "boolean") return value;
  throw invalid(path, value, "It must be true or false.");
};

export const duration: Shape<string> = (value, path) => {
  if (
    typeof value === "string" &&
    /^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/.test(value)
  )
    return normalizeDuration(value);
  throw invalid(path, value, "It must be an ISO 8601 duration, such as PT30M.");
};

/** A duration between two limits. */
export function durationWithin(minimumInMs: number, maximumInMs: number): Shape<string> {
  return (value, path) => {
    const good = duration(value, path);
    const length = parseDurationInMs(good);
    if (length >= minimumInMs && length <= maximumInMs) return good;
    throw invalid(path, value, "It is outside the limits of this property.");
  };
}

/** An ISO 8601 time, normalized to UTC without a zero fraction. */
export const time: Shape<string> = (value, path) => {
  const parsed = typeof value === "string" && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
  if (!Number.isNaN(parsed)) return new Date(parsed).toISOString().replace(".000Z", "Z");
  throw invalid(path, value, "It must be an ISO 8601 time, such as 2026-01-31T08:00:00Z.");
};

/** A value of an enumeration. It is matched without regard to case, and normalized to the spelling here. */
export function enumeration<const Word extends string>(...words: readonly Word[]): Shape<Word> {
  return (value, path) => {
    const found =
      typeof value === "string" ? words.find((one) => one.toLowerCase() === value.toLowerCase()) : undefined;
    if (found !== undefined) return found;
    throw invalid(path, value, `It must be one of ${words.join(", ")}.`);
  };
}

export function list<T>(shape: Shape<T>, maxCount = 10_000): Shape<readonly T[]> {
  return (value, path) => {
    if (!Array.isArray(value)) throw invalid(path, value, "It must be a list.");
    if (value.length > maxCount) throw invalid(path, value, `It has more than ${maxCount} entries.`);
    return value.map((one: unknown, index) => shape(one, `${path}[${index}]`));
  };
}

/**
 * An object with these properties and no others: a misspelled name is an error. `null` means absent.
 */
export function object<const P extends Properties>(properties: P): Shape<ObjectOf<P>> {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw path === ""
        ? new Refusal("InvalidRequestBody", { Reason: "It must be an object." })
        : invalid(path, value, "It must be an object.");
    const given = Object.entries(value as Record<string, unknown>).filter(([, one]) => one !== null);
    const checked: Record<string, unknown> = {};
    for (const [name, one] of given) {
      const shape = Object.hasOwn(properties, name) ? properties[name] : undefined;
      // Metadata of the service: a client may send a response back.
      if (name.startsWith("odata.")) continue;
      if (!shape)
        throw new Refusal("InvalidRequestBody", {
          PropertyName: inner(path, name),
          Reason: `The property '${name}' does not exist here. The known properties are: ${Object.keys(properties).join(", ")}.`,
        });
      checked[name] = ("required" in shape ? shape.required : shape)(one, inner(path, name));
    }
    for (const [name, shape] of Object.entries(properties))
      if ("required" in shape && !(name in checked))
        throw new Refusal("MissingRequiredProperty", { PropertyName: inner(path, name) });
    return checked as ObjectOf<P>;
  };
}

/**
 * An object with these known properties. Others are stored unchanged: they describe virtual machines and networks, and have
 * no effect on this machine.
 */
export function openObject<const P extends Properties>(
  properties: P,
): Shape<ObjectOf<P> & Readonly<Record<string, unknown>>> {
  const known = object(properties);
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return known(value, path);
    const entries = Object.entries(value).filter(([, one]) => one !== null);
    const isKnown = ([name]: readonly [string, unknown]): boolean => Object.hasOwn(properties, name);
    return {
      ...Object.fromEntries(entries.filter((entry) => !isKnown(entry))),
      ...known(Object.fromEntries(entries.filter(isKnown)), path),
    };
  };
}

/** Returns the shape with read-only properties that are ignored: a client may send them back. */
export function ignoring<T>(names: ReadonlySet<string>, shape: Shape<T>): Shape<T> {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return shape(value, path);
    return shape(Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name))), path);
  };
}

/** Returns the shape with an additional check of the whole value. */
export function refine<T>(shape: Shape<T>, problemIn: (value: T) => string | undefined): Shape<T> {
  return (value, path) => {
    const good = shape(value, path);
    const reason = problemIn(good);
    if (reason !== undefined) throw invalid(path, value, reason);
    return good;
  };
}

function inner(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

function invalid(path: string, value: unknown, reason: string): Refusal {
  const shown = typeof value === "string" ? value : JSON.stringify(value);
  return new Refusal("InvalidPropertyValue", {
    PropertyName: path,
    // Any string with a "?" may contain a SAS.
    PropertyValue: shown.slice(0, 200).replace(/\?.*/s, "?…"),
    Reason: reason,
  });
}
