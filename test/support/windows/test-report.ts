/** What one test did on Windows, as `run-tests-program.ts` writes it. */
export interface WindowsTestResult {
  /** From the package's folder, with slashes. */
  readonly file: string;
  /** With those of the suites around it; empty: the file itself, which did not load or whose hook failed. */
  readonly name: string;
  readonly state: "passed" | "failed" | "skipped";
  readonly errors: readonly string[];
}

/** What `run-tests-program.ts` is to run. */
export interface WindowsTestSettings {
  /** Compiled test files, from its current folder. */
  readonly files: readonly string[];
  readonly skipped: readonly { readonly file: string; readonly name: string }[];
  /** For `inject`. */
  readonly provided: Readonly<Record<string, unknown>>;
  /** The path that the results are written to. */
  readonly report: string;
  readonly testTimeoutInMs: number;
  readonly conditionTimeoutInMs: number;
}
