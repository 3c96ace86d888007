import { FormulaError, type Position } from "./formula-error.js";
import { ArgumentProblem, type FunctionContext, functions } from "./functions.js";
import { applyBinary, applyUnary } from "./operators.js";
import { parseFormula } from "./parse-formula.js";
import { type Sample, sampleMethods, SamplesMissing } from "./samples.js";
import type { Expression, Operation, Statement } from "./syntax.js";
import {
  double,
  intervalConstants,
  isInRange,
  timeinterval,
  timestampMembers,
  truth,
  type Value,
} from "./values.js";
import { type NodeDeallocation, type Targets, Variables } from "./variables.js";

/** The input of an evaluation. The same input gives the same outcome. */
export interface FormulaInput extends FunctionContext {
  /** The current targets of the pool, which apply if the formula does not set them. */
  readonly targets: Targets;
  /** The values of `$CurrentDedicatedNodes` and `$CurrentLowPriorityNodes`, when used without a method. */
  readonly currentDedicatedNodes: number;
  readonly currentLowPriorityNodes: number;
  readonly taskSlotsPerNode: number;
  /** Returns the history of a metric by its name with `$`, oldest first; `undefined` if it is not a metric. */
  readonly samples: (metric: string) => readonly Sample[] | undefined;
}

export interface FormulaOutcome {
  readonly targets: Targets;
  readonly deallocation: NodeDeallocation;
  /** The targets, then the formula's own variables by name: `$TargetDedicatedNodes=3;…` */
  readonly results: string;
}

/** The result of an evaluation. If there is an error, the targets have not changed. */
export interface FormulaRun extends FormulaOutcome {
  readonly error?: FormulaError;
}

/**
 * Evaluates an autoscale formula. Errors of the evaluation are part of the result.
 * @throws FormulaError `AutoScalingFormulaSyntaxError`, `AutoScalingFormulaTooLong`.
 */
export function evaluateFormula(formula: string, input: FormulaInput): FormulaRun {
  const statements = parseFormula(formula);
  const variables = new Variables(input);
  try {
    new Evaluator(input, variables).run(statements);
    return variables.outcome();
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
    return { ...new Variables(input).outcome(), error };
  }
}

class Evaluator {
  readonly #input: FormulaInput;
  readonly #variables: Variables;

  constructor(input: FormulaInput, variables: Variables) {
    this.#input = input;
    this.#variables = variables;
  }

  run(statements: readonly Statement[]): void {
    for (const { target, value } of statements) {
      if (value.kind === "call" && value.name === "stop" && !target) return;
      const result = this.#evaluate(value);
      if (target) this.#variables.assign(target.name, result, target.at);
    }
  }

  #evaluate(expression: Expression): Value {
    const { at } = expression;
    switch (expression.kind) {
      case "number":
        return double(expression.value);
      case "string":
        return { type: "string", value: expression.value };
      case "name":
        return this.#read(expression.name, at);
      case "unary": {
        const operand = this.#evaluate(expression.operand);
        return (
          applyUnary(expression.operator, operand) ??
          fail(`Operator ${expression.operator} does not take ${operand.type}`, at)
        );
      }
      case "binary":
        return expression.rest.reduce(
          (left, operation) => this.#operate(left, operation),
          this.#evaluate(expression.first),
        );
      case "conditional": {
        const condition = this.#evaluate(expression.condition);
        if (condition.type !== "double") return fail(`A condition is a double, not ${condition.type}`, at);
        return this.#evaluate(condition.value === 0 ? expression.whenFalse : expression.whenTrue);
      }
      case "member":
        return this.#readMember(this.#evaluate(expression.of), expression.name, at);
      case "call":
        return this.#call(expression.name, expression.args, at);
      case "method":
        return this.#callMethod(expression.data, expression.name, expression.args, at);
    }
  }

  #operate(left: Value, { operator, operand, at }: Operation): Value {
    // The second operand is not evaluated if the first determines the result.
    if (left.type === "double" && operator === "&&" && left.value === 0) return truth(false);
    if (left.type === "double" && operator === "||" && left.value !== 0) return truth(true);
    const right = this.#evaluate(operand);
    const result =
      applyBinary(operator, left, right) ??
      fail(`Operator ${operator} does not take ${left.type} and ${right.type}`, at);
    return isInRange(result) ? result : fail(`The result of ${operator} is out of range`, at);
  }

  #read(name: string, at: Position): Value {
    const value = this.#variables.read(name);
    if (value) return value;
    const interval = intervalConstants.get(name);
    if (interval !== undefined) return timeinterval(interval);
    if (this.#input.samples(name)) return fail(`${name} has samples but no value: use GetSample`, at);
    return fail(`Undefined symbol: ${name}`, at);
  }

  #readMember(of: Value, name: string, at: Position): Value {
    const read = of.type === "timestamp" ? timestampMembers.get(name) : undefined;
    if (of.type !== "timestamp" || !read) return fail(`${of.type} has no member ${name}`, at);
    return double(read(new Date(of.time)));
  }

  #call(name: string, args: readonly Expression[], at: Position): Value {
    const apply = functions.get(name);
    if (!apply) return fail(`Undefined function: ${name}`, at);
    const values = args.map((argument) => this.#evaluate(argument));
    return locate(at, name, () => apply(values, this.#input));
  }

  #callMethod(data: string, name: string, args: readonly Expression[], at: Position): Value {
    const samples = this.#input.samples(data);
    if (!samples) return fail(`Undefined symbol: ${data}`, at);
    const apply = sampleMethods.get(name);
    if (!apply) return fail(`${data} has no method ${name}`, at);
    const values = args.map((argument) => this.#evaluate(argument));
    return locate(at, data, () => apply(samples, values, this.#input.now));
  }
}

function fail(problem: string, at: Position): never {
  throw new FormulaError("AutoScalingFormulaEvaluationError", problem, at);
}

/** Adds the position in the formula to errors of functions and methods. */
function locate(at: Position, name: string, apply: () => Value): Value {
  try {
    return apply();
  } catch (error) {
    if (error instanceof ArgumentProblem) return fail(`${name}: ${error.message}`, at);
    if (!(error instanceof SamplesMissing)) throw error;
    const { wantedPercent, receivedPercent } = error;
    const problem = `Insufficient data from data set: ${name} wanted ${wantedPercent}%, received ${receivedPercent}%`;
    throw new FormulaError("InsufficientSampleData", problem, at);
  }
}
