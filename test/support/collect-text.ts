import { inspect } from "node:util";

/** Getters that are documented to give the storage SDK's clients, which know their own credentials. */
const clients = new Set([
  "blobClient",
  "containerClient",
  "blobServiceClient",
  "scope",
  "storeContainer",
  "storeAccount",
]);

/**
 * All text that somebody can get out of a value by printing it, by `JSON.stringify`, or by following every property,
 * hidden ones and getters included, as a crash reporter does.
 */
export function collectText(value: unknown): string {
  const texts: string[] = [inspect(value, { depth: Infinity, showHidden: true })];
  const seen = new Set<unknown>();
  const waiting: unknown[] = [value];
  for (let next = waiting.pop(); waiting.length > 0 || next !== undefined; next = waiting.pop()) {
    if (typeof next === "string" || typeof next === "symbol") texts.push(String(next));
    if ((typeof next !== "object" && typeof next !== "function") || next === null || seen.has(next)) continue;
    seen.add(next);
    if (ArrayBuffer.isView(next)) {
      texts.push(Buffer.from(next.buffer, next.byteOffset, next.byteLength).toString("latin1"));
      continue;
    }
    if (next instanceof Map || next instanceof Set) waiting.push(...next.keys(), ...next.values());
    texts.push(stringify(next));
    waiting.push(...collectMembers(next));
  }
  return texts.join("\n");
}

function stringify(value: object): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Circular, or without a form as text: what it holds is looked at one by one.
    return String(error);
  }
}

function collectMembers(value: object): unknown[] {
  const members: unknown[] = [];
  for (let holder: object | null = value; holder; holder = Reflect.getPrototypeOf(holder)) {
    if (holder === Object.prototype || holder === Function.prototype) break;
    for (const name of Reflect.ownKeys(holder)) {
      if (name === "constructor" || name === "prototype" || clients.has(String(name))) continue;
      members.push(name);
      try {
        members.push(Reflect.get(holder, name, value));
      } catch (error) {
        members.push(error);
      }
    }
  }
  return members;
}
