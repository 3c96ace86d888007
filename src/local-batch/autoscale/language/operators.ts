import type { BinaryOperator, UnaryOperator } from "./syntax.js";
import { double, doubleVec, timeinterval, timestamp, truth, type Value } from "./values.js";

type Arithmetic = "+" | "-" | "*" | "/";

/** Applies an operator; `undefined` if the language does not define it for these types. */
export function applyBinary(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  switch (operator) {
    case "+":
    case "-":
    case "*":
    case "/":
      return applyArithmetic(operator, left, right);
    case "&&":
    case "||": {
      if (left.type !== "double" || right.type !== "double") return undefined;
      const [one, other] = [left.value !== 0, right.value !== 0];
      return truth(operator === "&&" ? one && other : one || other);
    }
    default:
      return compare(operator, left, right);
  }
}

export function applyUnary(operator: UnaryOperator, operand: Value): Value | undefined {
  if (operand.type === "double")
    return operator === "-" ? double(-operand.value) : truth(operand.value === 0);
  if (operand.type === "timeinterval" && operator === "-") return timeinterval(-operand.length);
  return undefined;
}

function applyArithmetic(operator: Arithmetic, left: Value, right: Value): Value | undefined {
  if (left.type === "double" && right.type === "double")
    return double(calculate(operator, left.value, right.value));
  if (left.type === "doubleVec") return applyToVector(operator, left.values, right);
  return applyToTimes(operator, left, right);
}

function applyToVector(operator: Arithmetic, values: readonly number[], right: Value): Value | undefined {
  if (right.type === "double")
    return doubleVec(values.map((value) => calculate(operator, value, right.value)));
  if (right.type !== "doubleVec" || right.values.length !== values.length) return undefined;
  return doubleVec(values.map((value, index) => calculate(operator, value, right.values[index] ?? NaN)));
}

function applyToTimes(operator: Arithmetic, left: Value, right: Value): Value | undefined {
  switch (`${left.type} ${operator} ${right.type}`) {
    case "double * timeinterval":
    case "timeinterval * double":
    case "timeinterval / double":
    case "timeinterval + timeinterval":
    case "timeinterval - timeinterval":
    case "timestamp - timestamp":
      return timeinterval(calculate(operator, magnitude(left), magnitude(right)));
    case "timeinterval + timestamp":
    case "timestamp + timeinterval":
      return timestamp(magnitude(left) + magnitude(right));
    default:
      return undefined;
  }
}

function calculate(operator: Arithmetic, left: number, right: number): number {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
  }
}

function magnitude(value: Value): number {
  switch (value.type) {
    case "double":
      return value.value;
    case "timestamp":
      return value.time;
    case "timeinterval":
      return value.length;
    default:
      return NaN;
  }
}

function compare(operator: BinaryOperator, left: Value, right: Value): Value | undefined {
  if (left.type !== right.type || left.type === "doubleVec") return undefined;
  const [one, other] =
    left.type === "string" && right.type === "string"
      ? [left.value, right.value]
      : [magnitude(left), magnitude(right)];
  switch (operator) {
    case "==":
      return truth(one === other);
    case "!=":
      return truth(one !== other);
    case "<":
      return truth(one < other);
    case "<=":
      return truth(one <= other);
    case ">":
      return truth(one > other);
    case ">=":
      return truth(one >= other);
    default:
      return undefined;
  }
}
