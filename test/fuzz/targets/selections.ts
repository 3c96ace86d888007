import assert from "node:assert/strict";
import fc from "fast-check";

import { selectProperties } from "../../../src/local-batch/odata/select-properties.js";
import type { FuzzTarget } from "../support/fuzz-target.js";

function isWithin(part: unknown, whole: unknown): boolean {
  if (typeof part !== "object" || part === null || Array.isArray(part))
    return JSON.stringify(part) === JSON.stringify(whole);
  return Object.entries(part).every(
    ([name, value]) =>
      typeof whole === "object" &&
      whole !== null &&
      Object.hasOwn(whole, name) &&
      isWithin(value, Reflect.getOwnPropertyDescriptor(whole, name)?.value),
  );
}

const member = fc.constantFrom("id", "a", "b", "__proto__", "constructor", "prototype", "toString");
const { entity } = fc.letrec<{ entity: string }>((tie) => ({
  entity: fc
    .array(
      fc.tuple(
        member,
        fc.oneof({ maxDepth: 3 }, fc.constantFrom("1", '"x"', "null", "[1]", "{}"), tie("entity")),
      ),
      { maxLength: 4 },
    )
    .map((members) => `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`),
}));

/** A `$select` in the first line, and the entity in the rest: clients may store objects of any shape. */
export const target: FuzzTarget = {
  seeds: [
    'id,a/b\n{"id":"x","a":{"b":1,"c":2}}',
    'a/b,a\n{"a":{"b":1,"c":2}}',
    '\n{"id":1}',
    'a/__proto__/x\n{"a":{"__proto__":{"x":1}}}',
  ],
  grammar: fc
    .tuple(
      fc.array(
        fc.array(member, { minLength: 1, maxLength: 4 }).map((path) => path.join("/")),
        { maxLength: 4 },
      ),
      entity,
    )
    .map(([paths, json]) => `${paths.join(",")}\n${json}`),
  words: ["/", ",", "id", "a/b", '"a":', "{", "}", "a/__proto__/b"],
  check(input) {
    const [select = "", ...rest] = input.split("\n");
    let whole: unknown;
    try {
      whole = JSON.parse(rest.join("\n"));
    } catch {
      return;
    }
    if (typeof whole !== "object" || whole === null) return;
    const before = JSON.stringify(whole);
    const selected = selectProperties(whole, select);
    assert.equal(JSON.stringify(whole), before, "the entity is as it was");
    assert.ok(isWithin(selected, whole), "nothing is selected that is not there");
    assert.equal(JSON.stringify(selectProperties(selected, select)), JSON.stringify(selected));
    for (const name of select
      .split(",")
      .map((path) => path.trim())
      .filter((path) => path !== "" && !path.includes("/")))
      if (Object.hasOwn(whole, name)) assert.ok(Object.hasOwn(selected, name), `${name} is selected`);
  },
};
