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
  return new Parser(readTokens(formula)).statements();
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  statements(): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      while (this.#accept(";"));
      if (this.#peek().kind === "end") return statements;
      if (statements.length === maxStatements)
        throw this.#error(`There are more than ${maxStatements} statements`);
      statements.push(this.#statement());
      if (this.#peek().kind !== "end") this.#expect(";");
    }
  }

  #statement(): Statement {
    const target = this.#peek();
    if (target.kind !== "name" || !isSymbol(this.#tokens[this.#next + 1], "="))
      return { value: this.#expression() };
    this.#next += 2;
    return { target: { name: target.text, at: target }, value: this.#expression() };
  }

  #expression(): Expression {
    if (++this.#depth > maxDepth) throw this.#error(`Expressions are nested deeper than ${maxDepth}`);
    const condition = this.#binary(0);
    const at = this.#peek();
    let expression = condition;
    if (this.#accept("?")) {
      const whenTrue = this.#expression();
      this.#expect(":");
      expression = { kind: "conditional", condition, whenTrue, whenFalse: this.#expression(), at };
    }
    this.#depth--;
    return expression;
  }

  #binary(level: number): Expression {
    const operators = precedence[level];
    if (!operators) return this.#unary();
    const first = this.#binary(level + 1);
    const rest: Operation[] = [];
    for (let at = this.#peek(); at.kind === "symbol" && operators.includes(at.text); at = this.#peek()) {
      this.#next++;
      rest.push({ operator: at.text as BinaryOperator, operand: this.#binary(level + 1), at });
    }
    return rest.length === 0 ? first : { kind: "binary", first, rest, at: first.at };
  }

  #unary(): Expression {
    const at = this.#peek();
    if (!isSymbol(at, "-") && !isSymbol(at, "!")) return this.#members(this.#primary());
    this.#next++;
    if (++this.#depth > maxDepth) throw this.#error(`Expressions are nested deeper than ${maxDepth}`);
    const operand = this.#unary();
    this.#depth--;
    return { kind: "unary", operator: at.text as UnaryOperator, operand, at };
  }

  /** Parses `.member` and `.Method(…)`. Members of values have no members themselves, so there is at most one of each. */
  #members(of: Expression): Expression {
    if (!this.#accept(".")) return of;
    const name = this.#peek();
    if (name.kind !== "name") throw this.#unexpected();
    this.#next++;
    const at = this.#peek();
    if (!isSymbol(at, "(")) return { kind: "member", of, name: name.text, at: name };
    if (of.kind !== "name") throw this.#error("Only a data set of the service has methods");
    const method = { kind: "method", data: of.name, name: name.text, args: this.#arguments(), at } as const;
    return this.#accept(".") ? this.#memberOf(method) : method;
  }

  #memberOf(of: Expression): Expression {
    const name = this.#peek();
    if (name.kind !== "name") throw this.#unexpected();
    this.#next++;
    return { kind: "member", of, name: name.text, at: name };
  }

  #primary(): Expression {
    const token = this.#peek();
    if (this.#accept("(")) {
      const inner = this.#expression();
      this.#expect(")");
      return inner;
    }
    if (token.kind === "symbol" || token.kind === "end") throw this.#unexpected();
    this.#next++;
    if (token.kind === "number") return { kind: "number", value: Number(token.text), at: token };
    if (token.kind === "string") return { kind: "string", value: token.text, at: token };
    const at = this.#peek();
    if (!isSymbol(at, "(")) return { kind: "name", name: token.text, at: token };
    return { kind: "call", name: token.text, args: this.#arguments(), at };
  }

  #arguments(): Expression[] {
    this.#expect("(");
    const args: Expression[] = [];
    if (this.#accept(")")) return args;
    do args.push(this.#expression());
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
    if (!this.#accept(symbol)) throw this.#unexpected(`, expected ${symbol}`);
  }

  #unexpected(more = ""): FormulaError {
    const { kind, text } = this.#peek();
    return this.#error(
      kind === "end" ? `Unexpected end of the formula${more}` : `Unexpected symbol: ${text}${more}`,
    );
  }

  #error(problem: string): FormulaError {
    return new FormulaError("AutoScalingFormulaSyntaxError", problem, this.#peek());
  }
}

function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === "symbol" && token.text === symbol;
}
