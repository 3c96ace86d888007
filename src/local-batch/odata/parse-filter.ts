import { FilterError, type FilterValue, type Token, tokenize } from "./tokenize.js";

/** Whether an entity, in the form that it has in responses, matches the filter. */
export type Predicate = (entity: object) => boolean;

const operators = ["eq", "ne", "lt", "le", "gt", "ge"] as const;
type Operator = (typeof operators)[number];

/** The properties that the service compares without regard to case: ids and enumerations. */
const caseless = /(?:^|\/)(?:id|\w*Id|state|\w*State|category|result|code|terminateReason|vmSize)$/;

/**
 * Parses a `$filter`: comparisons, `startswith`, `and`, `or`, `not` and parentheses. Names are the entity's properties, with
 * `/` for properties of objects.
 * @param properties - The properties that the filter can use. Others are rejected, as on Azure.
 * @throws FilterError
 */
export function parseFilter(expression: string, properties: readonly string[]): Predicate {
  return new FilterParser([...tokenize(expression)], properties).parse();
}

class FilterParser {
  readonly #tokens: readonly Token[];
  readonly #properties: readonly string[];
  #position = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], properties: readonly string[]) {
    this.#tokens = tokens;
    this.#properties = properties;
  }

  parse(): Predicate {
    const predicate = this.#parseOr();
    if (this.#position < this.#tokens.length)
      throw new FilterError(`${this.#describeToken()} is not expected here`);
    return predicate;
  }

  #parseOr(): Predicate {
    let left = this.#parseAnd();
    while (this.#takeWord("or")) {
      const [first, second] = [left, this.#parseAnd()];
      left = (entity) => first(entity) || second(entity);
    }
    return left;
  }

  #parseAnd(): Predicate {
    let left = this.#parseTerm();
    while (this.#takeWord("and")) {
      const [first, second] = [left, this.#parseTerm()];
      left = (entity) => first(entity) && second(entity);
    }
    return left;
  }

  #parseTerm(): Predicate {
    // A filter with ten thousand parentheses must not crash the service.
    if (++this.#depth > 100) throw new FilterError("it is nested more than 100 levels deep");
    try {
      if (this.#takeWord("not")) {
        const inner = this.#parseTerm();
        return (entity) => !inner(entity);
      }
      if (this.#takeSign("(")) {
        const inner = this.#parseOr();
        this.#expectSign(")");
        return inner;
      }
      return this.#takeWord("startswith") ? this.#startsWith() : this.#parseComparison();
    } finally {
      this.#depth--;
    }
  }

  #startsWith(): Predicate {
    this.#expectSign("(");
    const property = this.#parseProperty();
    this.#expectSign(",");
    const prefix = this.#parseValue();
    if (typeof prefix !== "string") throw new FilterError("startswith requires a string in quotes");
    this.#expectSign(")");
    const wanted = this.#takeOperator() === undefined ? true : this.#parseValue();
    return (entity) =>
      fold(property, readProperty(entity, property)).startsWith(fold(property, prefix)) === wanted;
  }

  #parseComparison(): Predicate {
    const property = this.#parseProperty();
    const operator = this.#takeOperator();
    if (!operator)
      throw new FilterError(
        `after ${property} one of ${operators.join(", ")} is expected, not ${this.#describeToken()}`,
      );
    const value = this.#parseValue();
    return (entity) => compare(property, readProperty(entity, property), operator, value);
  }

  #parseProperty(): string {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "word")
      throw new FilterError(`the name of a property is expected, not ${this.#describeToken()}`);
    if (!this.#properties.includes(token.text))
      throw new FilterError(
        `${token.text} cannot be used in a filter; these can: ${this.#properties.join(", ")}`,
      );
    this.#position++;
    return token.text;
  }

  #parseValue(): FilterValue {
    const token = this.#tokens[this.#position];
    if (token?.kind !== "value") throw new FilterError(`a value is expected, not ${this.#describeToken()}`);
    this.#position++;
    return token.value;
  }

  #takeOperator(): Operator | undefined {
    return operators.find((operator) => this.#takeWord(operator));
  }

  #takeWord(word: string): boolean {
    const token = this.#tokens[this.#position];
    const isIt = token?.kind === "word" && token.text.toLowerCase() === word;
    if (isIt) this.#position++;
    return isIt;
  }

  #takeSign(sign: string): boolean {
    const token = this.#tokens[this.#position];
    const isIt = token?.kind === "sign" && token.text === sign;
    if (isIt) this.#position++;
    return isIt;
  }

  #expectSign(sign: string): void {
    if (!this.#takeSign(sign)) throw new FilterError(`"${sign}" is expected, not ${this.#describeToken()}`);
  }

  #describeToken(): string {
    const token = this.#tokens[this.#position];
    if (!token) return "the end";
    return token.kind === "value" ? "a value" : `"${token.text}"`;
  }
}

function readProperty(entity: object, property: string): unknown {
  let value: unknown = entity;
  for (const name of property.split("/")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

function fold(property: string, value: unknown): string {
  const text = typeof value === "string" ? value : "";
  return caseless.test(property) ? text.toLowerCase() : text;
}

function compare(property: string, actual: unknown, operator: Operator, wanted: FilterValue): boolean {
  if (wanted === null || actual === undefined) {
    const isSame = wanted === null && actual === undefined;
    return operator === "eq" ? isSame : operator === "ne" && !isSame;
  }
  const order = compareValues(property, actual, wanted);
  switch (operator) {
    case "eq":
      return order === 0;
    case "ne":
      return order !== 0;
    case "lt":
      return order < 0;
    case "le":
      return order <= 0;
    case "gt":
      return order > 0;
    case "ge":
      return order >= 0;
  }
}

/** Returns a number below, equal to or above 0; NaN if the values cannot be compared. */
function compareValues(property: string, actual: unknown, wanted: FilterValue): number {
  if (typeof wanted === "object" && wanted !== null)
    return typeof actual === "string" ? Date.parse(actual) - wanted.time : NaN;
  if (typeof wanted === "string") {
    if (typeof actual !== "string") return NaN;
    const [a, b] = [fold(property, actual), fold(property, wanted)];
    return a === b ? 0 : a < b ? -1 : 1;
  }
  if (typeof actual !== typeof wanted) return NaN;
  return Number(actual) - Number(wanted);
}
