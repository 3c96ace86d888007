/** Where something stands in a formula, counted from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The messages that the service gives with each code. */
const messages = {
  AutoScalingFormulaTooLong: "The specified auto-scaling formula exceeds lengths limit",
  AutoScalingFormulaSyntaxError: "The specified auto-scaling formula has a syntax error",
  AutoScalingFormulaEvaluationError: "The specified auto-scaling formula has evaluation error",
  InsufficientSampleData: "Autoscale evaluation failed due to insufficient sample data",
} as const;

export type FormulaErrorCode = keyof typeof messages;

/** A formula that cannot be read or evaluated. */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
  readonly code: FormulaErrorCode;
  /** With the position in front, as the service writes it: `Line 1, Col 1: Undefined symbol: x`. */
  readonly detail: string;

  constructor(code: FormulaErrorCode, problem: string, { line, column }: Position) {
    super(messages[code]);
    this.code = code;
    this.detail = `Line ${line}, Col ${column}: ${problem}`;
  }
}
