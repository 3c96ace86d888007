import { FormulaError } from "./formula-error.js";
import type { BinaryOperator, Expression, Operation, Statement, UnaryOperator } from "./syntax.js";
import { readTokens, type Token } from "./tokens.js";

/** The limits of the service. */
const maxLength = 8_192;
const maxStatements = 100;

/** The maximum depth of nested parentheses, conditionals, calls and unary operators. */
const maxDepth = 100;

/** The binary operators by precedence, lowest first. */
const precedence: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  ["<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/"],
];

/**
 * Parses an autoscale formula.
 * @throws FormulaError `AutoScalingFormulaTooLong` for more than 8 KiB, `AutoScalingFormulaSyntaxError`.
 */
export function parseFormula(formula: string): Statement[] {
  if (Buffer.byteLength(formula) > maxLength)
    throw new FormulaError("AutoScalingFormulaTooLong", `It has more than ${maxLength} bytes`, {
      line: 1,
      column: 1,
    });
  return new Parser(readTokens(formula)).parseStatements();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parseStatements(): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      while (this.#accept(";"));
      if (this.#peek().kind === "end") return statements;
      if (statements.length === maxStatements)
        throw this.#createError(`There are more than ${maxStatements} statements`);
      statements.push(this.#parseStatement());
      if (this.#peek().kind !== "end") this.#expect(";");
    }
  }

  #parseStatement(): Statement {
    const target = this.#peek();
    if (target.kind !== "name" || !isSymbol(this.#tokens[this.#next + 1], "="))
      return { value: this.#parseExpression() };
    this.#next += 2;
    return { target: { name: target.text, at: target }, value: this.#parseExpression() };
  }

  #parseExpression(): Expression {
    if (++this.#depth > maxDepth) throw this.#createError(`Expressions are nested deeper than ${maxDepth}`);
    const condition = this.#parseBinary(0);
    const at = this.#peek();
    let expression = condition;
    if (this.#accept("?")) {
      const whenTrue = this.#parseExpression();
      this.#expect(":");
      expression = { kind: "conditional", condition, whenTrue, whenFalse: this.#parseExpression(), at };
    }
    this.#depth--;
    return expression;
  }

  #parseBinary(level: number): Expression {
    const operators = precedence[level];
    if (!operators) return this.#parseUnary();
    const first = this.#parseBinary(level + 1);
    const rest: Operation[] = [];
    for (let at = this.#peek(); at.kind === "symbol" && operators.includes(at.text); at = this.#peek()) {
      this.#next++;
      rest.push({ operator: at.text as BinaryOperator, operand: this.#parseBinary(level + 1), at });
    }
    return rest.length === 0 ? first : { kind: "binary", first, rest, at: first.at };
  }

  #parseUnary(): Expression {
    const at = this.#peek();
    if (!isSymbol(at, "-") && !isSymbol(at, "!")) return this.#parseMembers(this.#parsePrimary());
    this.#next++;
    if (++this.#depth > maxDepth) throw this.#createError(`Expressions are nested deeper than ${maxDepth}`);
    const operand = this.#parseUnary();
    this.#depth--;
    return { kind: "unary", operator: at.text as UnaryOperator, operand, at };
  }

  /** Parses `.member` and `.Method(…)`. Members of values have no members themselves, so there is at most one of each. */
  #parseMembers(of: Expression): Expression {
    if (!this.#accept(".")) return of;
    const name = this.#peek();
    if (name.kind !== "name") throw this.#createUnexpectedError();
    this.#next++;
    const at = this.#peek();
    if (!isSymbol(at, "(")) return { kind: "member", of, name: name.text, at: name };
    if (of.kind !== "name") throw this.#createError("Only a data set of the service has methods");
    const method = {
      kind: "method",
      data: of.name,
      name: name.text,
      args: this.#parseArguments(),
      at,
    } as const;
    return this.#accept(".") ? this.#parseMember(method) : method;
  }

  #parseMember(of: Expression): Expression {
    const name = this.#peek();
    if (name.kind !== "name") throw this.#createUnexpectedError();
    this.#next++;
    return { kind: "member", of, name: name.text, at: name };
  }

  #parsePrimary(): Expression {
    const token = this.#peek();
    if (this.#accept("(")) {
      const inner = this.#parseExpression();
      this.#expect(")");
      return inner;
    }
    if (token.kind === "symbol" || token.kind === "end") throw this.#createUnexpectedError();
    this.#next++;
    if (token.kind === "number") return { kind: "number", value: Number(token.text), at: token };
    if (token.kind === "string") return { kind: "string", value: token.text, at: token };
    const at = this.#peek();
    if (!isSymbol(at, "(")) return { kind: "name", name: token.text, at: token };
    return { kind: "call", name: token.text, args: this.#parseArguments(), at };
  }

  #parseArguments(): Expression[] {
    this.#expect("(");
    const args: Expression[] = [];
    if (this.#accept(")")) return args;
    do args.push(this.#parseExpression());
    while (this.#accept(","));
    this.#expect(")");
    return args;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", text: "", line: 1, column: 1 };
  }

  #accept(symbol: string): boolean {
    if (!isSymbol(this.#peek(), symbol)) return false;
    this.#next++;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#accept(symbol)) throw this.#createUnexpectedError(`, expected ${symbol}`);
  }

  #createUnexpectedError(more = ""): FormulaError {
    const { kind, text } = this.#peek();
    return this.#createError(
      kind === "end" ? `Unexpected end of the formula${more}` : `Unexpected symbol: ${text}${more}`,
    );
  }

  #createError(problem: string): FormulaError {
    return new FormulaError("AutoScalingFormulaSyntaxError", problem, this.#peek());
  }
}

function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === "symbol" && token.text === symbol;
}
