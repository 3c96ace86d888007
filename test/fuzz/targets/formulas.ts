import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import fc from "fast-check";

import { evaluateFormula } from "../../../src/local-batch/autoscale/language/evaluate-formula.js";
import { FormulaError } from "../../../src/local-batch/autoscale/language/formula-error.js";
import { formulaInput } from "../../local-batch/autoscale/support/formula-input.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attempt, isA } from "../support/properties.js";

/** Numbers with + - * and parentheses are computed by JavaScript too. */
function computeSimply(formula: string): number | undefined {
  const sum = /^\$TargetDedicatedNodes = ([\d+*() -]{1,60});$/.exec(formula)?.[1];
  if (sum === undefined || /[+-]{2}|\*\*|\b0\d/.test(sum.replaceAll(" ", ""))) return undefined;
  try {
    const value: unknown = runInNewContext(sum);
    return typeof value === "number" ? value : undefined;
  } catch {
    return undefined;
  }
}

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5 },
    fc.constantFrom(
      "1",
      "0",
      "2.5",
      "1e9",
      "x",
      "time()",
      "TimeInterval_Minute",
      "$PendingTasks.GetSample(2)",
      '"a"',
      "vec(1,2)",
      "$PendingTasks.GetSample(1, TimeInterval_Minute*5)",
      'time("2026-01-01")',
      "time().weekday",
    ),
    fc
      .tuple(tie("expression"), fc.constantFrom(..."+ - * / < == && ||".split(" ")), tie("expression"))
      .map(([left, operator, right]) => `(${left}) ${operator} ${right}`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map((three) => `${three[0]} ? ${three[1]} : ${three[2]}`),
    fc
      .tuple(
        fc.constantFrom("avg", "max", "vec", "sum", "std", "-", "!", "percentile", "val", "round", "len"),
        tie("expression"),
      )
      .map(([name, argument]) => `${name}(${argument})`),
  ),
}));
const sum = fc
  .array(fc.constantFrom("1", "2", "30", "+", "-", "*", "(", ")"), { minLength: 1, maxLength: 12 })
  .map((parts) => `$TargetDedicatedNodes = ${parts.join(" ")};`);

export const target: FuzzTarget = {
  seeds: [
    "$TargetDedicatedNodes = min(10, avg($PendingTasks.GetSample(180 * TimeInterval_Second)));",
    "cap = 5; $TargetLowPriorityNodes = $PendingTasks.GetSamplePercent(TimeInterval_Minute) < 70 ? 1 : cap;\n$NodeDeallocationOption = taskcompletion;",
    'x = vec(1,2,3); y = x * x; $TargetDedicated = val(y, 1); // c\n/* d */ z = time("Wed, 04 Mar 2026 13:05:06 GMT") - TimeInterval_Hour;',
    "x=vec(x,x);".repeat(60),
    `x = ${"(".repeat(3000)}1${")".repeat(3000)};`,
  ],
  grammar: fc.oneof(
    sum,
    fc
      .array(fc.tuple(fc.constantFrom("x", "y", "$TargetDedicatedNodes", "$TargetLowPriority"), expression), {
        maxLength: 6,
      })
      .map((statements) => statements.map(([name, value]) => `${name} = ${value};`).join("\n")),
  ),
  words: [
    "$TargetDedicatedNodes",
    " = ",
    ";",
    ".GetSample(",
    "vec(",
    "x",
    "?",
    ":",
    "&&",
    "1e308",
    "stop",
    "/*",
    "//",
    '"',
  ],
  check(input) {
    const run = (): string => {
      const { value, error } = attempt(() => evaluateFormula(input, formulaInput), isA(FormulaError));
      if (value === undefined) return error.message;
      const { dedicated, lowPriority } = value.targets;
      for (const target of [dedicated, lowPriority])
        assert.ok(
          Number.isInteger(target) && target >= 0 && target < 2 ** 31,
          `a pool cannot have ${target} nodes`,
        );
      if (value.error !== undefined)
        assert.deepEqual(value.targets, formulaInput.targets, "after an error nothing has changed");
      const expected = computeSimply(input);
      if (expected !== undefined && expected >= 0 && value.error === undefined)
        assert.equal(dedicated, Math.round(expected));
      assert.ok(value.results.length < 1_000_000);
      return JSON.stringify([value.results, value.error?.detail]);
    };
    assert.equal(run(), run(), "the same each time");
  },
};
