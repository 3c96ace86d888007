import type { ProgressFlags } from "../command-line/flags.js";

/** The flags of `batch-outputs grep`. */
export interface GrepFlags extends ProgressFlags {
  readonly ignoreCase?: boolean;
  readonly invertMatch?: boolean;
  readonly fixedStrings?: boolean;
  readonly lineNumber?: boolean;
  readonly count?: boolean;
  readonly filesWithMatches?: boolean;
  readonly maxCount?: number;
  readonly afterContext?: number;
  readonly beforeContext?: number;
  readonly context?: number;
  readonly task?: readonly string[];
  readonly jobs?: readonly string[];
  readonly kind?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly since?: number;
  readonly failed?: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}
