/** Returns only the properties of an entity that a `$select` lists, with `/` for properties of objects; all without one. */
export function selectProperties(entity: object, select: string | undefined): object {
  if (select === undefined || select.trim() === "") return entity;
  const selected = {};
  for (const path of select.split(",")) copyProperty(entity, path.trim().split("/"), selected);
  return selected;
}

function copyProperty(from: object, [name = "", ...rest]: readonly string[], to: object): void {
  const value = getOwn(from, name);
  if (value === undefined) return;
  if (rest.length === 0 || typeof value !== "object" || value === null || Array.isArray(value)) {
    setOwn(to, name, value);
    return;
  }
  const inner = getOwn(to, name);
  // All of it was selected before.
  if (inner === value) return;
  const target = typeof inner === "object" && inner !== null ? inner : {};
  copyProperty(value, rest, target);
  setOwn(to, name, target);
}

// An entity contains objects that clients stored: their properties may be named "__proto__".

function getOwn(from: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(from, name)?.value;
}

function setOwn(to: object, name: string, value: unknown): void {
  Object.defineProperty(to, name, { value, writable: true, enumerable: true, configurable: true });
}
