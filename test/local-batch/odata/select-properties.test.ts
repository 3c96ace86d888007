import { expect, test } from "vitest";

import { selectProperties } from "../../../src/local-batch/odata/select-properties.js";

const entity = JSON.parse(
  '{"id":"p","network":{"__proto__":{"polluted":1,"b":2},"name":"n"},"constructor":{"prototype":{"x":1}}}',
) as object;

test.each([
  ["id", { id: "p" }],
  ["network/name,id", { network: { name: "n" }, id: "p" }],
  ["network,network/name", { network: Reflect.get(entity, "network") as object }],
  ["network/name,network", { network: Reflect.get(entity, "network") as object }],
  ["absent,network/absent", { network: {} }],
])("$select=%s", (select, expected) => {
  expect(JSON.stringify(selectProperties(entity, select))).toBe(JSON.stringify(expected));
});

test("a property that a client named __proto__ is one like others", () => {
  const selected = selectProperties(entity, "network/__proto__/polluted,constructor/prototype/x");
  expect(JSON.stringify(selected)).toBe(
    '{"network":{"__proto__":{"polluted":1}},"constructor":{"prototype":{"x":1}}}',
  );
  expect(Reflect.get({}, "polluted")).toBeUndefined();
  expect(Reflect.get({}, "x")).toBeUndefined();
});
