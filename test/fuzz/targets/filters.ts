import assert from "node:assert/strict";
import fc from "fast-check";

import { parseFilter } from "../../../src/local-batch/odata/parse-filter.js";
import { FilterError } from "../../../src/local-batch/odata/tokenize.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attempt, isA } from "../support/properties.js";

const properties = ["id", "state", "creationTime", "executionInfo/exitCode", "nodeInfo/poolId", "name"];
const entities = [
  {
    id: "Frame-1",
    state: "completed",
    creationTime: "2026-11-01T10:00:00Z",
    executionInfo: { exitCode: 0 },
    name: "it's",
  },
  { id: "frame-2", state: "active", creationTime: "2026-11-02T10:00:00.5Z", nodeInfo: { poolId: "Pool" } },
  {},
];

/** What a filter says about each of the entities; `undefined` for an expression that is none. */
function select(filter: string): boolean[] | undefined {
  const { value: predicate } = attempt(() => parseFilter(filter, properties), isA(FilterError));
  return predicate && entities.map((entity) => predicate(entity));
}

const literal = fc.oneof(
  fc.constantFrom(
    "'frame-1'",
    "'it''s'",
    "'completed'",
    "''",
    "0",
    "-1.5",
    "0L",
    "true",
    "null",
    "datetime'2026-11-01T10:00:00Z'",
    "DateTime'2026-11-02'",
  ),
  fc.string({ maxLength: 5 }).map((text) => `'${text.replaceAll("'", "''")}'`),
);
const comparison = fc.oneof(
  fc
    .tuple(fc.constantFrom(...properties), fc.constantFrom("eq", "ne", "lt", "le", "gt", "ge", "EQ"), literal)
    .map((words) => words.join(" ")),
  fc.tuple(fc.constantFrom(...properties), literal).map(([name, text]) => `startswith(${name}, ${text})`),
);
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 5 },
    comparison,
    fc
      .tuple(tie("filter"), fc.constantFrom("and", "or"), tie("filter"))
      .map(([left, word, right]) => `(${left}) ${word} (${right})`),
    tie("filter").map((inner) => `not (${inner})`),
  ),
}));

export const target: FuzzTarget = {
  seeds: [
    "state eq 'completed' and executionInfo/exitCode ne 0",
    "startswith(id, 'frame')",
    "not (id eq 'a' or id eq 'b')",
    "creationTime gt datetime'2026-11-01T10:00:00Z'",
    `${"(".repeat(200)}id eq 'a'${")".repeat(200)}`,
  ],
  grammar: filter,
  words: [
    " eq ",
    " and ",
    " or ",
    "not ",
    "startswith(",
    "datetime'",
    "__proto__",
    "constructor/name",
    "id",
    "''",
    "(",
  ],
  check(input) {
    const one = select(input);
    if (one === undefined) return;
    // Logic is the oracle: what holds of any predicate. Deep filters may not be nested further.
    const negated = select(`not (${input})`);
    if (negated === undefined) return;
    assert.deepEqual(
      negated,
      one.map((is) => !is),
    );
    assert.deepEqual(select(`(${input}) and (${input})`), one);
    assert.deepEqual(select(`(${input}) or (${input})`), one);
    assert.deepEqual(
      select(`(${input}) or not (${input})`),
      one.map(() => true),
    );
    assert.deepEqual(
      select(`state eq 'active' and (${input})`),
      one.map((is, index) => is && index === 1),
    );
  },
};
