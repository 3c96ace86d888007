import type { Position } from "./formula-error.js";

/** `name = value`, or only a value. */
export interface Statement {
  readonly target?: { readonly name: string; readonly at: Position };
  readonly value: Expression;
}

export type UnaryOperator = "-" | "!";

export type BinaryOperator = "||" | "&&" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "+" | "-" | "*" | "/";

/** `at` is the position of errors: for a call the opening parenthesis, for an operation the operator. */
export type Expression =
  | { readonly kind: "number"; readonly value: number; readonly at: Position }
  | { readonly kind: "string"; readonly value: string; readonly at: Position }
  | { readonly kind: "name"; readonly name: string; readonly at: Position }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: Position;
    }
  | {
      readonly kind: "method";
      readonly data: string;
      readonly name: string;
      readonly args: readonly Expression[];
      readonly at: Position;
    }
  | { readonly kind: "member"; readonly of: Expression; readonly name: string; readonly at: Position }
  | {
      readonly kind: "unary";
      readonly operator: UnaryOperator;
      readonly operand: Expression;
      readonly at: Position;
    }
  | {
      readonly kind: "binary";
      readonly first: Expression;
      readonly rest: readonly Operation[];
      readonly at: Position;
    }
  | {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
      readonly at: Position;
    };

/** Another operand in a series of operators of equal precedence, which are evaluated from left to right. */
export interface Operation {
  readonly operator: BinaryOperator;
  readonly operand: Expression;
  readonly at: Position;
}
