/** Returns only the properties of an entity that a `$select` lists, with `/` for properties of objects; all without one. */
export function selectProperties(entity: object, select: string | undefined): object {
  if (select === undefined || select.trim() === "") return entity;
  const selected: Record<string, unknown> = {};
  for (const path of select.split(",")) copyProperty(entity, path.trim().split("/"), selected);
  return selected;
}

function copyProperty(
  from: object,
  [name = "", ...rest]: readonly string[],
  to: Record<string, unknown>,
): void {
  if (!Object.hasOwn(from, name)) return;
  const value = (from as Record<string, unknown>)[name];
  if (rest.length === 0 || typeof value !== "object" || value === null || Array.isArray(value)) {
    to[name] = value;
    return;
  }
  const inner = to[name];
  const target = typeof inner === "object" && inner !== null && inner !== value ? inner : {};
  copyProperty(value, rest, target as Record<string, unknown>);
  to[name] = target;
}
