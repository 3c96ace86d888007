import { parseTime } from "./parse-time.js";
import { double, doubleVec, timestamp, type Value } from "./values.js";

/** The inputs of functions beside their arguments. */
export interface FunctionContext {
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly random: () => number;
}

/** Thrown by a function for invalid arguments; becomes an error of the formula. */
export class ArgumentProblem extends Error {
  override readonly name = "ArgumentProblem";
}

/** @throws ArgumentProblem */
export type FormulaFunction = (args: readonly Value[], context: FunctionContext) => Value;

/** Limits the length of vectors: a hundred times `vec(v, v)` would exceed any memory. */
const maxVectorLength = 10_000;

/** All functions except `stop`, which ends the evaluation and has no result. */
export const functions: ReadonlyMap<string, FormulaFunction> = new Map<string, FormulaFunction>([
  ["avg", (args) => double(mean(requireElements(args)))],
  ["len", (args) => double(joinVectors(args).length)],
  ["lg", createComponentWise(Math.log2)],
  ["ln", createComponentWise(Math.log)],
  ["log", createComponentWise(Math.log10)],
  ["max", (args) => double(largest(requireElements(args)))],
  ["min", (args) => double(smallest(requireElements(args)))],
  ["norm", (args) => double(Math.hypot(...joinVectors(args)))],
  ["percentile", percentile],
  ["rand", (args, { random }) => (requireCount(args, 0), double(random()))],
  ["range", (args) => double(largest(requireElements(args)) - smallest(requireElements(args)))],
  ["round", (args) => (requireCount(args, 1), double(roundHalfAway(requireDouble(args[0]))))],
  ["std", (args) => double(standardDeviation(requireElements(args)))],
  ["sum", (args) => double(sum(joinVectors(args)))],
  ["time", time],
  ["val", elementAt],
  ["vec", (args) => doubleVec(joinVectors(args))],
]);

function requireCount(args: readonly Value[], count: number): void {
  if (args.length !== count)
    throw new ArgumentProblem(`Expected ${count} arguments, received ${args.length}`);
}

function requireDouble(value: Value | undefined): number {
  if (value?.type === "double") return value.value;
  throw new ArgumentProblem(`Expected double, received ${value?.type ?? "nothing"}`);
}

function requireVector(value: Value | undefined): readonly number[] {
  if (value?.type === "doubleVec") return value.values;
  if (value?.type === "double") return [value.value];
  throw new ArgumentProblem(`Expected doubleVec, received ${value?.type ?? "nothing"}`);
}

/** Joins the arguments of a doubleVecList into one vector. */
function joinVectors(args: readonly Value[]): number[] {
  const vectors = args.map(requireVector);
  if (vectors.reduce((length, vector) => length + vector.length, 0) > maxVectorLength)
    throw new ArgumentProblem(`A vector has more than ${maxVectorLength} elements`);
  return vectors.flat();
}

function requireElements(args: readonly Value[]): number[] {
  const list = joinVectors(args);
  if (list.length === 0) throw new ArgumentProblem("The vector has no elements");
  return list;
}

function createComponentWise(operation: (value: number) => number): FormulaFunction {
  return (args) => {
    const [only] = args;
    if (only?.type === "double" && args.length === 1) return double(operation(only.value));
    return doubleVec(joinVectors(args).map(operation));
  };
}

function sum(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0);
}

function mean(list: readonly number[]): number {
  return sum(list) / list.length;
}

function largest(list: readonly number[]): number {
  return list.reduce((one, other) => Math.max(one, other));
}

function smallest(list: readonly number[]): number {
  return list.reduce((one, other) => Math.min(one, other));
}

/** Returns the standard deviation of a sample; 0 for a single value. */
function standardDeviation(list: readonly number[]): number {
  if (list.length === 1) return 0;
  const center = mean(list);
  return Math.sqrt(sum(list.map((value) => (value - center) ** 2)) / (list.length - 1));
}

function roundHalfAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/** Returns the percentile by nearest rank: the smallest element that `p` percent of the elements do not exceed. */
function percentile(args: readonly Value[]): Value {
  requireCount(args, 2);
  const sorted = requireElements(args.slice(0, 1)).sort((one, other) => one - other);
  const percent = requireDouble(args[1]);
  if (!(percent >= 0 && percent <= 100)) throw new ArgumentProblem("A percentile must be from 0 to 100");
  return double(sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? NaN);
}

function elementAt(args: readonly Value[]): Value {
  requireCount(args, 2);
  const [vector, index] = [requireVector(args[0]), Math.trunc(requireDouble(args[1]))];
  const element = vector[index];
  if (element === undefined)
    throw new ArgumentProblem(`Index ${index} is out of range: the vector has ${vector.length} elements`);
  return double(element);
}

function time(args: readonly Value[], { now }: FunctionContext): Value {
  const [text] = args;
  if (text === undefined) return timestamp(now);
  requireCount(args, 1);
  if (text.type !== "string") throw new ArgumentProblem(`Expected string, received ${text.type}`);
  if (text.value === "") return timestamp(now);
  const parsed = parseTime(text.value);
  if (parsed === undefined) throw new ArgumentProblem(`Not a time in W3C-DTF or RFC 1123: ${text.value}`);
  return timestamp(parsed);
}
