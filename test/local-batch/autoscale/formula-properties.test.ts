import fc from "fast-check";
import { expect, it } from "vitest";

import { evaluateFormula } from "../../../src/local-batch/autoscale/language/evaluate-formula.js";
import { FormulaError } from "../../../src/local-batch/autoscale/language/formula-error.js";
import { formulaInput } from "./support/formula-input.js";

/** What became of a formula, as text; anything but an outcome or a FormulaError is thrown. */
function outcomeOf(formula: string): string {
  try {
    const { results, error } = evaluateFormula(formula, formulaInput);
    return error ? `${error.code} ${error.detail} ${results}` : results;
  } catch (error) {
    if (error instanceof FormulaError) return `${error.code} ${error.detail}`;
    throw error;
  }
}

const word = fc.constantFrom(
  ..."$TargetDedicatedNodes $TargetLowPriority $NodeDeallocationOption requeue x y $z $PendingTasks $CPUPercent".split(
    " ",
  ),
  ..."time TimeInterval_Minute avg max min vec val percentile stop std .GetSample .weekday .Count 1 2.5 0 1e9".split(
    " ",
  ),
  ...'+ - * / < <= == != && || ! ? : = ; , ( ) "a" // /* */'.split(" "),
  "\n",
);

const wordSoup = fc.array(word, { maxLength: 200 }).map((words) => words.join(" "));

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(
      "1",
      "0",
      "2.5",
      "x",
      "time()",
      "TimeInterval_Minute",
      "$PendingTasks.GetSample(2)",
      '"a"',
    ),
    fc
      .tuple(tie("expression"), fc.constantFrom(..."+ - * / < == && ||".split(" ")), tie("expression"))
      .map(([left, operator, right]) => `(${left}) ${operator} ${right}`),
    fc
      .tuple(tie("expression"), tie("expression"), tie("expression"))
      .map((three) => `${three[0]} ? ${three[1]} : ${three[2]}`),
    fc
      .tuple(fc.constantFrom("avg", "max", "vec", "sum", "std", "-", "!"), tie("expression"))
      .map(([name, argument]) => `${name}(${argument})`),
  ),
}));

const program = fc
  .array(fc.tuple(fc.constantFrom("x", "y", "$TargetDedicatedNodes", "$t"), expression), { maxLength: 8 })
  .map((statements) => statements.map(([name, value]) => `${name} = ${value};`).join("\n"));

it.each([
  ["any text", fc.string({ maxLength: 500, unit: "grapheme" })],
  ["any words of the language", wordSoup],
  ["any program", program],
])("%s gives the same outcome each time", (_, formulas) => {
  fc.assert(
    fc.property(formulas, (formula) => {
      expect(outcomeOf(formula)).toBe(outcomeOf(formula));
    }),
    { numRuns: 500 },
  );
});

it("terminates for the longest formulas with one repeated part", () => {
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
      const unit = words.join(" ");
      expect(outcomeOf(unit.repeat(Math.floor(8_192 / unit.length)))).toEqual(expect.any(String));
    }),
    { numRuns: 300 },
  );
});

it("white space and comments are ignored", () => {
  const tokens = fc.array(fc.constantFrom("x", "=", "1", "+", "2", "*", "(", ")", ";", "avg", ","), {
    maxLength: 20,
  });
  const gap = fc.constantFrom(" ", "\t", " /* a */ ", "  ");
  fc.assert(
    fc.property(tokens, gap, (list, between) => {
      const withoutPlaces = (text: string): string => text.replace(/Col \d+/g, "");
      expect(withoutPlaces(outcomeOf(list.join(between)))).toBe(withoutPlaces(outcomeOf(list.join(" "))));
    }),
  );
});

it("a sum of numbers is correct", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 100 }), (numbers) => {
      const wanted = numbers.reduce((sum, value) => sum + value, 0);
      expect(outcomeOf(`x = ${numbers.join(" + ")}`)).toMatch(new RegExp(`;x=${wanted}$`));
      expect(outcomeOf(`x = sum(${numbers.join(", ")})`)).toMatch(new RegExp(`;x=${wanted}$`));
    }),
  );
});
