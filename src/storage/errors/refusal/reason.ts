import type { BatchOutputsErrorCode, Hint } from "../../../core/index.js";

/** Why a call failed: a code, a sentence, and a hint if there is one. */
export type Reason = readonly [code: BatchOutputsErrorCode, text: string, hint?: Hint];
