import { Refusal } from "./refusal.js";

/**
 * Checks a value that came in a request's body and gives it as the service keeps it.
 * @param path - The property's name as the client knows it: `outputFiles[0]/destination/container/path`.
 * @throws Refusal that names the property.
 */
export type Shape = (value: unknown, path: string) => unknown;

/** A property that must be given. */
export interface Required {
  readonly required: Shape;
}

export const required = (shape: Shape): Required => ({ required: shape });

/** Any JSON at all: what has no effect on this machine is kept and given back as it came. */
export const anything: Shape = (value) => value;

export function text(maxLength = 32_768): Shape {
  return (value, path) => {
    if (typeof value !== "string") throw invalid(path, value, "It must be a text.");
    if (value.length > maxLength) throw invalid(path, value, `It has more than ${maxLength} characters.`);
    return value;
  };
}

/** The ids of pools, jobs and tasks. */
export const id: Shape = (value, path) => {
  if (typeof value === "string" && /^[\w-]{1,64}$/.test(value)) return value;
  throw invalid(path, value, "An id is 1 to 64 letters, digits, hyphens and underscores.");
};

export function integer(minimum: number, maximum: number): Shape {
  return (value, path) => {
    if (typeof value === "number" && Number.isInteger(value) && value >= minimum && value <= maximum)
      return value;
    throw invalid(path, value, `It must be a whole number from ${minimum} to ${maximum}.`);
  };
}

export const flag: Shape = (value, path) => {
  if (typeof value === "boolean") return value;
  throw invalid(path, value, "It must be true or false.");
};

export const duration: Shape = (value, path) => {
  if (typeof value === "string" && /^P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/.test(value))
    return value;
  throw invalid(
    path,
    value,
    "It must be a duration of ISO 8601 with days, hours, minutes and seconds, such as PT30M.",
  );
};

/** A word of an enumeration, in any casing; kept as it stands here. */
export function word(...words: readonly string[]): Shape {
  return (value, path) => {
    const found =
      typeof value === "string" ? words.find((one) => one.toLowerCase() === value.toLowerCase()) : undefined;
    if (found !== undefined) return found;
    throw invalid(path, value, `It must be one of ${words.join(", ")}.`);
  };
}

export function list(shape: Shape, maxCount = 10_000): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) throw invalid(path, value, "It must be a list.");
    if (value.length > maxCount) throw invalid(path, value, `It has more than ${maxCount} entries.`);
    return value.map((one: unknown, index) => shape(one, `${path}[${index}]`));
  };
}

/**
 * An object with these properties and no other: a misspelt name is told and not passed over. `null` is as good as absent.
 */
export function object(properties: Readonly<Record<string, Shape | Required>>): Shape {
  return (value, path) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      throw path === ""
        ? new Refusal("InvalidRequestBody", { Reason: "It must be an object." })
        : invalid(path, value, "It must be an object.");
    const given = Object.entries(value as Record<string, unknown>).filter(([, one]) => one !== null);
    const checked: Record<string, unknown> = {};
    for (const [name, one] of given) {
      const shape = Object.hasOwn(properties, name) ? properties[name] : undefined;
      // What the service itself says about an object: a client may send back what it was given.
      if (name.startsWith("odata.")) continue;
      if (!shape)
        throw new Refusal("InvalidRequestBody", {
          PropertyName: inner(path, name),
          Reason: `The property '${name}' does not exist here. There are: ${Object.keys(properties).join(", ")}.`,
        });
      checked[name] = ("required" in shape ? shape.required : shape)(one, inner(path, name));
    }
    for (const [name, shape] of Object.entries(properties))
      if ("required" in shape && !(name in checked))
        throw new Refusal("MissingRequiredProperty", { PropertyName: inner(path, name) });
    return checked;
  };
}

/** What the local service cannot do, and must not pass over in silence. */
export function unsupported(reason: string): Shape {
  return (_value, path) => {
    throw new Refusal("UnsupportedProperty", { PropertyName: path, Reason: reason });
  };
}

/** The shape, and a condition beyond it. */
export function checked(
  shape: Shape,
  problem: (value: Record<string, unknown>) => string | undefined,
): Shape {
  return (value, path) => {
    const good = shape(value, path) as Record<string, unknown>;
    const reason = problem(good);
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
    // A SAS may stand in any text that has a "?".
    PropertyValue: shown.slice(0, 200).replace(/\?.*/s, "?…"),
    Reason: reason,
  });
}
