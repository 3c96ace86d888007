import { parseTime } from "./parse-time.js";
import { double, doubleVec, timestamp, type Value } from "./values.js";

/** What functions know of the world. */
export interface FunctionContext {
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly random: () => number;
}

/** A function that cannot be applied to its arguments; becomes an error of the formula. */
export class ArgumentProblem extends Error {
  override readonly name = "ArgumentProblem";
}

/** @throws ArgumentProblem */
export type FormulaFunction = (args: readonly Value[], context: FunctionContext) => Value;

/** No vector of a formula is longer: `vec(v, v)` a hundred times would need more memory than there is. */
const maxVectorLength = 10_000;

/** All but `stop`, which is no function of its arguments. */
export const functions: ReadonlyMap<string, FormulaFunction> = new Map<string, FormulaFunction>([
  ["avg", (args) => double(average(someOf(args)))],
  ["len", (args) => double(listOf(args).length)],
  ["lg", componentWise(Math.log2)],
  ["ln", componentWise(Math.log)],
  ["log", componentWise(Math.log10)],
  ["max", (args) => double(largest(someOf(args)))],
  ["min", (args) => double(smallest(someOf(args)))],
  ["norm", (args) => double(Math.hypot(...listOf(args)))],
  ["percentile", percentile],
  ["rand", (args, { random }) => (expectCount(args, 0), double(random()))],
  ["range", (args) => double(largest(someOf(args)) - smallest(someOf(args)))],
  ["round", (args) => (expectCount(args, 1), double(roundHalfAway(doubleOf(args[0]))))],
  ["std", (args) => double(standardDeviation(someOf(args)))],
  ["sum", (args) => double(total(listOf(args)))],
  ["time", time],
  ["val", elementAt],
  ["vec", (args) => doubleVec(listOf(args))],
]);

function expectCount(args: readonly Value[], count: number): void {
  if (args.length !== count)
    throw new ArgumentProblem(`Expected ${count} arguments, received ${args.length}`);
}

function doubleOf(value: Value | undefined): number {
  if (value?.type === "double") return value.value;
  throw new ArgumentProblem(`Expected double, received ${value?.type ?? "nothing"}`);
}

function vectorOf(value: Value | undefined): readonly number[] {
  if (value?.type === "doubleVec") return value.values;
  if (value?.type === "double") return [value.value];
  throw new ArgumentProblem(`Expected doubleVec, received ${value?.type ?? "nothing"}`);
}

/** A doubleVecList as one vector. */
function listOf(args: readonly Value[]): number[] {
  const vectors = args.map(vectorOf);
  if (vectors.reduce((length, vector) => length + vector.length, 0) > maxVectorLength)
    throw new ArgumentProblem(`A vector has more than ${maxVectorLength} elements`);
  return vectors.flat();
}

function someOf(args: readonly Value[]): number[] {
  const list = listOf(args);
  if (list.length === 0) throw new ArgumentProblem("The vector has no elements");
  return list;
}

function componentWise(operation: (value: number) => number): FormulaFunction {
  return (args) => {
    const [only] = args;
    if (only?.type === "double" && args.length === 1) return double(operation(only.value));
    return doubleVec(listOf(args).map(operation));
  };
}

function total(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0);
}

function average(list: readonly number[]): number {
  return total(list) / list.length;
}

function largest(list: readonly number[]): number {
  return list.reduce((one, other) => Math.max(one, other));
}

function smallest(list: readonly number[]): number {
  return list.reduce((one, other) => Math.min(one, other));
}

/** Of a sample; 0 for a single value. */
function standardDeviation(list: readonly number[]): number {
  if (list.length === 1) return 0;
  const mean = average(list);
  return Math.sqrt(total(list.map((value) => (value - mean) ** 2)) / (list.length - 1));
}

function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/** The nearest rank: the smallest element that `p` percent of the elements do not exceed. */
function percentile(args: readonly Value[]): Value {
  expectCount(args, 2);
  const sorted = someOf(args.slice(0, 1)).sort((one, other) => one - other);
  const percent = doubleOf(args[1]);
  if (!(percent >= 0 && percent <= 100)) throw new ArgumentProblem("A percentile is from 0 to 100");
  return double(sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN);
}

function elementAt(args: readonly Value[]): Value {
  expectCount(args, 2);
  const [vector, index] = [vectorOf(args[0]), Math.trunc(doubleOf(args[1]))];
  const element = vector[index];
  if (element === undefined)
    throw new ArgumentProblem(`Index ${index} is out of range: the vector has ${vector.length} elements`);
  return double(element);
}

function time(args: readonly Value[], { now }: FunctionContext): Value {
  const [text] = args;
  if (text === undefined) return timestamp(now);
  expectCount(args, 1);
  if (text.type !== "string") throw new ArgumentProblem(`Expected string, received ${text.type}`);
  if (text.value === "") return timestamp(now);
  const parsed = parseTime(text.value);
  if (parsed === undefined) throw new ArgumentProblem(`Not a time in W3C-DTF or RFC 1123: ${text.value}`);
  return timestamp(parsed);
}
