import { expect, it } from "vitest";

import {
  evaluateFormula,
  type FormulaInput,
} from "../../../src/local-batch/autoscale/language/evaluate-formula.js";
import { FormulaError } from "../../../src/local-batch/autoscale/language/formula-error.js";
import type { Sample } from "../../../src/local-batch/autoscale/language/samples.js";
import { metricNames } from "../../../src/local-batch/autoscale/language/variables.js";

const now = Date.parse("2026-03-04T13:05:06.789Z");

/** One value every 30 seconds, the last one now. */
function history(...values: readonly number[]): readonly Sample[] {
  return values.map((value, index) => ({ value, time: now - (values.length - 1 - index) * 30_000 }));
}

function input(samples: Readonly<Record<string, readonly Sample[]>> = {}): FormulaInput {
  return {
    now,
    random: () => 0.25,
    targets: { dedicated: 2, lowPriority: 1 },
    currentDedicatedNodes: 3,
    currentLowPriorityNodes: 0,
    taskSlotsPerNode: 4,
    samples: (name) => (metricNames.has(name) ? (samples[name] ?? []) : undefined),
  };
}

function results(formula: string, samples?: Readonly<Record<string, readonly Sample[]>>): string {
  const { results, error } = evaluateFormula(formula, input(samples));
  return error ? `${error.code}: ${error.detail}` : results;
}

/** The value of an expression, as the results of a run write it. */
function valueOf(expression: string, samples?: Readonly<Record<string, readonly Sample[]>>): string {
  return results(`x = ${expression}`, samples).replace(/^\$Target.*;x=/, "");
}

const unchanged = "$TargetDedicatedNodes=2;$TargetLowPriorityNodes=1;$NodeDeallocationOption=requeue";

it("writes the targets and then the formula's own variables by name", () => {
  expect(results("$TargetDedicatedNodes=3")).toBe(
    "$TargetDedicatedNodes=3;$TargetLowPriorityNodes=1;$NodeDeallocationOption=requeue",
  );
  const formula = `
    // What the documentation's example has.
    $curTime = time();
    $workHours = $curTime.hour >= 8 && $curTime.hour < 18; /* UTC */
    $isWeekday = $curTime.weekday >= 1 && $curTime.weekday <= 5;
    $isWorkingWeekdayHour = $workHours && $isWeekday;
    $TargetDedicatedNodes = $isWorkingWeekdayHour ? 20 : 10;
    $NodeDeallocationOption = taskcompletion;`;
  expect(results(formula)).toBe(
    "$TargetDedicatedNodes=20;$TargetLowPriorityNodes=1;$NodeDeallocationOption=taskcompletion;" +
      "$curTime=2026-03-04T13:05:06.789Z;$isWeekday=1;$isWorkingWeekdayHour=1;$workHours=1",
  );
});

it.each([
  "",
  "  \n",
  ";;",
  "// nothing",
  "/* nothing */ ;",
  "3",
  '"text"',
  "stop(); $TargetDedicatedNodes = 9",
])("%j changes nothing", (formula) => {
  expect(results(formula)).toBe(unchanged);
});

it.each([
  ["1 + 2 * 3 - 4 / 2", "5"],
  ["(1 + 2) * 3", "9"],
  ["10 - 4 - 3", "3"],
  ["2 < 3 == 3 > 2", "1"],
  ["1 || 0 && 0", "1"],
  ["!0 + 1", "2"],
  ["--3", "3"],
  ["1 ? 2 ? 3 : 4 : 5", "3"],
  ["0 ? 1 : 0 ? 2 : 3", "3"],
  [".5 + 1e1 + 2.", "12.5"],
  ['"a" < "b"', "1"],
  ["0 && undefinedName", "0"],
  ["1 || undefinedName", "1"],
  ["1 ? 7 : undefinedName", "7"],
  ["$TargetDedicated * 10 + $TargetLowPriority", "21"],
  ["$CurrentDedicatedNodes * $TaskSlotsPerNode", "12"],
])("%s is %s", (expression, value) => {
  expect(valueOf(expression)).toBe(value);
});

it.each([
  ["2 * TimeInterval_Hour + TimeInterval_Minute / 2", "PT2H30S"],
  ["TimeInterval_Week - TimeInterval_Day", "P6D"],
  ["-TimeInterval_Second", "-PT1S"],
  ["TimeInterval_Zero", "PT0S"],
  ["TimeInterval_100ns * 5", "PT0.0000005S"],
  ['time("2026-01-01") + TimeInterval_Day', "2026-01-02T00:00:00.000Z"],
  ['TimeInterval_Hour + time("2026-01-01T23:30:00+01:00")', "2026-01-01T23:30:00.000Z"],
  ['time("Thu, 01 Jan 2026 00:00:00 GMT") - time("2025-12-31T23:00")', "PT1H"],
  ['time("2026-03-08").weekday', "0"],
  ["time().year * 10000 + time().month * 100 + time().day", "20260304"],
  ["time().hour * 10000 + time().minute * 100 + time().second", "130506"],
  ["TimeInterval_Minute >= 60 * TimeInterval_Second", "1"],
  ['time() != time("")', "0"],
])("times: %s is %s", (expression, value) => {
  expect(valueOf(expression)).toBe(value);
});

it.each([
  ["avg(1, 2, vec(3, 6))", "3"],
  ["len(vec(1, 2), 3)", "3"],
  ["len()", "0"],
  ["lg(8)", "3"],
  ["lg(vec(8))", "[3]"],
  ["ln(1)", "0"],
  ["log(100, 1000)", "[2,3]"],
  ["max(1, vec(5, 2))", "5"],
  ["min(vec(4, 3), 9)", "3"],
  ["norm(3, 4)", "5"],
  ["percentile(vec(5, 1, 4, 2, 3), 50)", "3"],
  ["percentile(vec(5, 1), 100)", "5"],
  ["percentile(vec(5, 1), 0)", "1"],
  ["rand()", "0.25"],
  ["range(3, 9, 5)", "6"],
  ["round(2.5) + round(-2.5) + round(1.4)", "1"],
  ["std(2, 4, 4, 4, 5, 5, 7, 9) * std(2, 4, 4, 4, 5, 5, 7, 9) * 7", "32"],
  ["std(4)", "0"],
  ["sum(1, vec(2, 3))", "6"],
  ["sum()", "0"],
  ["val(vec(7, 8, 9), 1)", "8"],
  ["vec(1, 2) * 2 - vec(1, 1)", "[1,3]"],
])("functions: %s is %s", (expression, value) => {
  expect(Number.isNaN(Number(value)) ? valueOf(expression) : Number(valueOf(expression))).toEqual(
    Number.isNaN(Number(value)) ? value : expect.closeTo(Number(value), 9),
  );
});

const pending = { $PendingTasks: history(1, 2, 3, 4, 5, 6) };

it.each([
  ["$PendingTasks.GetSample(2)", "[5,6]"],
  ["$PendingTasks.GetSample(100)", "[1,2,3,4,5,6]"],
  ["$PendingTasks.GetSample(0)", "[]"],
  ["$PendingTasks.GetSample(TimeInterval_Minute)", "[5,6]"],
  ["$PendingTasks.GetSample(TimeInterval_Minute, 2 * TimeInterval_Minute)", "[3,4]"],
  ["$PendingTasks.GetSample(2 * TimeInterval_Minute, TimeInterval_Minute)", "[3,4]"],
  ["$PendingTasks.GetSample(time() - time() + TimeInterval_Minute, 100)", "[5,6]"],
  ["$PendingTasks.GetSample(time(), TimeInterval_Minute)", "[5,6]"],
  ["$PendingTasks.GetSamplePercent(5 * TimeInterval_Minute)", "60"],
  ["$PendingTasks.GetSamplePercent(3 * TimeInterval_Minute, TimeInterval_Zero)", "100"],
  ["$PendingTasks.GetSamplePeriod()", "PT30S"],
  ["$PendingTasks.Count()", "6"],
  ["$PendingTasks.HistoryBeginTime()", "2026-03-04T13:02:36.789Z"],
  ["$PendingTasks.HistoryBeginTime().hour", "13"],
  ["max(0, $ActiveTasks.GetSample(1))", "0"],
])("samples: %s is %s", (expression, value) => {
  expect(valueOf(expression, pending)).toBe(value);
});

it("runs the formulas that the documentation recommends", () => {
  const pendingTasks = `
    startingNumberOfVMs = 1;
    maxNumberofVMs = 25;
    pendingTaskSamplePercent = $PendingTasks.GetSamplePercent(180 * TimeInterval_Second);
    pendingTaskSamples = pendingTaskSamplePercent < 70 ? startingNumberOfVMs : avg($PendingTasks.GetSample(180 * TimeInterval_Second));
    $TargetDedicatedNodes=min(maxNumberofVMs, pendingTaskSamples);
    $NodeDeallocationOption = taskcompletion;`;
  expect(results(pendingTasks)).toMatch(/^\$TargetDedicatedNodes=1;.*taskcompletion;maxNumberofVMs=25;/);
  expect(results(pendingTasks, pending)).toMatch(/^\$TargetDedicatedNodes=3;.*pendingTaskSamples=3\.5;/);
  const cpu = `
    $totalDedicatedNodes = (min($CPUPercent.GetSample(TimeInterval_Minute * 2)) > 0.7) ? ($CurrentDedicatedNodes * 1.1) : $CurrentDedicatedNodes;
    $totalDedicatedNodes = (avg($CPUPercent.GetSample(TimeInterval_Minute * 60)) < 0.2) ? ($CurrentDedicatedNodes * 0.9) : $totalDedicatedNodes;
    $TargetDedicatedNodes = min(400, $totalDedicatedNodes)`;
  expect(results(cpu, { $CPUPercent: history(0.1, 0.1) })).toMatch(/^\$TargetDedicatedNodes=2;/);
});

it("prefers the full name of a target to its alias", () => {
  // Recorded of 2016, when there were no spot nodes.
  expect(results("$TargetDedicated = 7")).toMatch(/^\$TargetDedicated=7;\$NodeDeallocationOption=/);
  expect(results("$TargetDedicatedNodes = 5; $TargetDedicated = 7")).toMatch(/^\$TargetDedicatedNodes=5;/);
  expect(results("$TargetLowPriority = 7; $TargetLowPriorityNodes = 5")).toMatch(
    /;\$TargetLowPriorityNodes=5;/,
  );
});

it.each([
  ["something_useless", "Line 1, Col 1: Undefined symbol: something_useless"],
  ["a = 1;\n  b = a + c", "Line 2, Col 11: Undefined symbol: c"],
  ["x = nothing(1)", "Line 1, Col 12: Undefined function: nothing"],
  ["$Nothing.GetSample(1)", "Line 1, Col 19: Undefined symbol: $Nothing"],
  ["$ActiveTasks.Nothing()", "Line 1, Col 21: $ActiveTasks has no method Nothing"],
  ["$ActiveTasks + 1", "Line 1, Col 1: $ActiveTasks has samples but no value: use GetSample"],
  ["$ActiveTasks = 1", "Line 1, Col 1: $ActiveTasks cannot be assigned to"],
  ["$CurrentDedicatedNodes = 1", "Line 1, Col 1: $CurrentDedicatedNodes cannot be assigned to"],
  ['1 + "a"', "Line 1, Col 3: Operator + does not take double and string"],
  ["time() * 2", "Line 1, Col 8: Operator * does not take timestamp and double"],
  ["vec(1) + vec(1, 2)", "Line 1, Col 8: Operator + does not take doubleVec and doubleVec"],
  ["vec(1) ? 1 : 2", "Line 1, Col 8: A condition is a double, not doubleVec"],
  ["-time()", "Line 1, Col 1: Operator - does not take timestamp"],
  ["time().century", "Line 1, Col 8: timestamp has no member century"],
  ["avg()", "Line 1, Col 4: avg: The vector has no elements"],
  ["val(vec(1), 1)", "Line 1, Col 4: val: Index 1 is out of range: the vector has 1 elements"],
  ['time("tomorrow")', "Line 1, Col 5: time: Not a time in W3C-DTF or RFC 1123: tomorrow"],
  [
    "$TargetDedicatedNodes = -1",
    "Line 1, Col 1: -1 is not a valid number of nodes for $TargetDedicatedNodes",
  ],
  [
    "$TargetDedicatedNodes = 1 / 0",
    "Line 1, Col 1: Infinity is not a valid number of nodes for $TargetDedicatedNodes",
  ],
  ["$TargetDedicatedNodes = vec(1)", "Line 1, Col 1: $TargetDedicatedNodes must be a double, not doubleVec"],
  ["$NodeDeallocationOption = 3", /^Line 1, Col 1: \$NodeDeallocationOption must be one of requeue, /],
])("%s cannot be evaluated, and changes nothing", (formula, detail) => {
  const { error, results } = evaluateFormula(`$TargetLowPriorityNodes = 9;\n${formula}`, input());
  const moved = error?.detail.replace(/^Line (\d+)/, (_, line) => `Line ${Number(line) - 1}`);
  expect([error?.code, moved, results]).toEqual([
    "AutoScalingFormulaEvaluationError",
    typeof detail === "string" ? detail : expect.stringMatching(detail),
    unchanged,
  ]);
});

it("names the data set that has too few samples, at the parenthesis of the call", () => {
  expect(results("samplevecavg = avg($PendingTasks.GetSample(TimeInterval_Minute * 5, 70))", pending)).toBe(
    "InsufficientSampleData: Line 1, Col 43: Insufficient data from data set: $PendingTasks wanted 70%, received 60%",
  );
  expect(results("$RunningTasks.GetSample(TimeInterval_Minute, 100)")).toBe(
    "InsufficientSampleData: Line 1, Col 24: Insufficient data from data set: $RunningTasks wanted 100%, received 0%",
  );
});

it.each([
  ["1 +", "Line 1, Col 4: Unexpected end of the formula"],
  ["a = ;", "Line 1, Col 5: Unexpected symbol: ;"],
  ["a = b = 1", "Line 1, Col 7: Unexpected symbol: =, expected ;"],
  ["(1", "Line 1, Col 3: Unexpected end of the formula, expected )"],
  ["1 ? 2", "Line 1, Col 6: Unexpected end of the formula, expected :"],
  ["1 2", "Line 1, Col 3: Unexpected symbol: 2, expected ;"],
  ["\n é", "Line 2, Col 2: Unexpected character: é"],
  ['"open', 'Line 1, Col 1: Unexpected character: "'],
  ["a & b", "Line 1, Col 3: Unexpected character: &"],
  ["(1).GetSample(2)", "Line 1, Col 14: Only a data set of the service has methods"],
  ["1;".repeat(101), "Line 1, Col 201: There are more than 100 statements"],
  ["(".repeat(200), /Expressions are nested deeper than 100$/],
  ["-".repeat(8_000), /Expressions are nested deeper than 100$/],
])("%.20j is not a formula", (formula, detail) => {
  const error = syntaxError(formula);
  expect([error.code, error.detail]).toEqual([
    "AutoScalingFormulaSyntaxError",
    typeof detail === "string" ? detail : expect.stringMatching(detail),
  ]);
});

it("accepts at most 8 KiB", () => {
  expect(results(`//${"x".repeat(8_190)}`)).toBe(unchanged);
  expect(syntaxError(`//${"x".repeat(8_191)}`).code).toBe("AutoScalingFormulaTooLong");
  expect(syntaxError(`//${"é".repeat(4_096)}`).code).toBe("AutoScalingFormulaTooLong");
});

it("limits the length of vectors", () => {
  const doubling = `v = vec(1);${"v = vec(v, v);".repeat(99)}`;
  expect(results(doubling)).toMatch(/vec: A vector has more than 10000 elements$/);
});

function syntaxError(formula: string): FormulaError {
  try {
    evaluateFormula(formula, input());
  } catch (error) {
    if (error instanceof FormulaError) return error;
    throw error;
  }
  throw new Error(`It was evaluated: ${formula.slice(0, 50)}`);
}

it.each([
  ["time() + 9000 * TimeInterval_Year", "The result of + is out of range"],
  ["time() - 3000 * TimeInterval_Year", "Operator - does not take timestamp and timeinterval"],
  ["time() + -3000 * TimeInterval_Year", "The result of + is out of range"],
  ["1e300 * TimeInterval_Day", "The result of * is out of range"],
  ["TimeInterval_Day / 0", "The result of / is out of range"],
])("has no time or interval that the service has not: %s", (expression, problem) => {
  expect(valueOf(expression)).toMatch(/^AutoScalingFormulaEvaluationError: Line 1, Col \d+: /);
  expect(valueOf(expression)).toContain(problem);
});
