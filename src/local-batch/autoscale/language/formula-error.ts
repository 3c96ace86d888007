/** A position in a formula. Lines and columns start at 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The service's message for each code. */
const messages = {
  AutoScalingFormulaTooLong: "The specified auto-scaling formula exceeds lengths limit",
  AutoScalingFormulaSyntaxError: "The specified auto-scaling formula has a syntax error",
  AutoScalingFormulaEvaluationError: "The specified auto-scaling formula has evaluation error",
  InsufficientSampleData: "Autoscale evaluation failed due to insufficient sample data",
} as const;

export type FormulaErrorCode = keyof typeof messages;

/** Thrown if a formula cannot be parsed or evaluated. */
export class FormulaError extends Error {
  override readonly name = "FormulaError";
  readonly code: FormulaErrorCode;
  /** The problem after its position, in the service's format: `Line 1, Col 1: Undefined symbol: x`. */
  readonly detail: string;

  constructor(code: FormulaErrorCode, problem: string, { line, column }: Position) {
    super(messages[code]);
    this.code = code;
    this.detail = `Line ${line}, Col ${column}: ${problem}`;
  }
}
