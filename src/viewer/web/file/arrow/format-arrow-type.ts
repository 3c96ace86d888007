import { type DataType, Type } from "@uwdata/flechette";
import { unitNames } from "./format-arrow-value.js";

const names = new Map<number, string>(Object.entries(Type).map(([name, id]) => [id, name.toLowerCase()]));

/** Formats a type as Arrow's own programs do: `int64`, `list<utf8>`, `timestamp[ns, UTC]`. */
export function formatArrowType(type: DataType): string {
  const name = names.get(type.typeId) ?? String(type.typeId);
  switch (type.typeId) {
    case Type.Int:
      return `${type.signed ? "" : "u"}int${type.bitWidth}`;
    case Type.Float:
      return ["float16", "float32", "float64"][type.precision] ?? name;
    case Type.Decimal:
      return `decimal${type.bitWidth}(${type.precision}, ${type.scale})`;
    case Type.Timestamp:
      return `timestamp[${[unitNames[type.unit], type.timezone].filter((part) => part !== null).join(", ")}]`;
    case Type.Time:
    case Type.Duration:
      return `${name}[${unitNames[type.unit] ?? ""}]`;
    case Type.Dictionary:
      return `dictionary<${formatArrowType(type.dictionary)}>`;
    default:
      return formatNested(name, type);
  }
}

function formatNested(name: string, type: DataType): string {
  const children = "children" in type ? type.children : [];
  if (children.length === 0) return name;
  const isNamed = type.typeId === Type.Struct;
  return `${name}<${children.map((child) => `${isNamed ? `${child.name}: ` : ""}${formatArrowType(child.type)}`).join(", ")}>`;
}
