import { type DataType, Type } from "@uwdata/flechette";
import { formatHex } from "../data/format-cell.js";

/** Formats a value of a table: a text as it is, anything else as in {@link formatArrowJson}, null as an empty text. */
export function formatArrowValue(value: unknown, type: DataType): string {
  if (value === null || value === undefined) return "";
  const [inner, innerType] = unwrap(value, type);
  if (typeof inner === "string") return inner;
  return formatScalar(inner, innerType) ?? formatArrowJson(inner, innerType);
}

/** Formats a nested value as JSON, with all digits of numbers. */
function formatArrowJson(value: unknown, type: DataType): string {
  if (value === null || value === undefined) return "null";
  const [inner, innerType] = unwrap(value, type);
  if (typeof inner === "string") return JSON.stringify(inner);
  if (typeof inner === "boolean" || innerType.typeId === Type.Int || innerType.typeId === Type.Float)
    return String(inner);
  const scalar = formatScalar(inner, innerType);
  if (scalar !== undefined) return JSON.stringify(scalar);
  const { children = [] } = innerType as { children?: readonly { name: string; type: DataType }[] };
  const [first = { name: "", type: unknownType }] = children;
  if (innerType.typeId === Type.Map) {
    const [key = first, member = first] = getChildren(first.type);
    const entries = [...(inner as Iterable<readonly [unknown, unknown]>)].map(
      ([name, content]) =>
        `${JSON.stringify(formatArrowValue(name, key.type))}:${formatArrowJson(content, member.type)}`,
    );
    return `{${entries.join(",")}}`;
  }
  if (innerType.typeId === Type.Struct) {
    const members = (inner as StructRow).toJSON();
    // An object cannot have a member of this name: the row has a getter for it.
    const get = (name: string): unknown =>
      name === "__proto__" ? Reflect.get(inner as object, name) : members[name];
    const texts = children.map(
      ({ name, type: member }) => `${JSON.stringify(name)}:${formatArrowJson(get(name), member)}`,
    );
    return `{${texts.join(",")}}`;
  }
  if (typeof inner !== "object" || inner === null) return JSON.stringify(inner);
  return Symbol.iterator in inner
    ? `[${Array.from(inner as Iterable<unknown>, (item) => formatArrowJson(item, first.type)).join(",")}]`
    : JSON.stringify(inner);
}

/** A row of a structure, as flechette returns it with `useProxy`. */
interface StructRow {
  readonly toJSON: () => Readonly<Record<string, unknown>>;
}

const unknownType: DataType = { typeId: Type.NONE };

function getChildren(type: DataType): readonly { readonly type: DataType }[] {
  return (type as { children?: readonly { type: DataType }[] }).children ?? [];
}

/** A value of a dictionary or of runs has the type of the dictionary, or of the runs. */
function unwrap(value: unknown, type: DataType): readonly [unknown, DataType] {
  if (type.typeId === Type.Dictionary) return unwrap(value, type.dictionary);
  if (type.typeId === Type.RunEndEncoded) return unwrap(value, type.children[1].type);
  return [value, type];
}

/** Formats numbers, times, decimals and bytes. `undefined` for anything else. */
function formatScalar(value: unknown, type: DataType): string | undefined {
  if (value instanceof Uint8Array && type.typeId !== Type.List && type.typeId !== Type.FixedSizeList)
    return formatHex(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  switch (type.typeId) {
    case Type.Timestamp:
      return formatTime(BigInt(value), type.unit) + (type.timezone === null ? "" : "Z");
    case Type.Date:
      return formatTime(BigInt(value), milliseconds).slice(0, -"T00:00:00.000".length);
    case Type.Time:
      return formatTime(BigInt(value), type.unit).replace(/^.*T/, "");
    case Type.Duration:
      return `${value} ${unitNames[type.unit] ?? ""}`;
    case Type.Decimal:
      return formatDecimal(BigInt(value), type.scale);
    default:
      return String(value);
  }
}

const milliseconds = 1;
/** Seconds, milliseconds, microseconds, nanoseconds: the number of digits after the second. */
export const unitNames = ["s", "ms", "µs", "ns"];
const unitDigits = [0, 3, 6, 9];
const maxDateInMs = 8_640_000_000_000_000n;

/** Formats a time since 1970 as ISO 8601 with all its digits. */
function formatTime(time: bigint, unit: number): string {
  const digits = unitDigits[unit] ?? 0;
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((time % perSecond) + perSecond) % perSecond;
  const timeInMs = ((time - fraction) / perSecond) * 1000n;
  if (timeInMs > maxDateInMs || timeInMs < -maxDateInMs) return `${time} ${unitNames[unit] ?? ""}`;
  const seconds = new Date(Number(timeInMs)).toISOString().replace(/\.000Z$/, "");
  return digits === 0 ? seconds : `${seconds}.${String(fraction).padStart(digits, "0")}`;
}

function formatDecimal(value: bigint, scale: number): string {
  if (scale <= 0) return String(value * 10n ** BigInt(Math.min(-scale, 1_000)));
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, "0");
  return `${value < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
