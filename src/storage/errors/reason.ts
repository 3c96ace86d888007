import type { BatchOutputsErrorCode, Hint } from "../../core/index.js";

/** Why a call failed: a code, the sentence that says why, and what to do about it where that is known. */
export type Reason = readonly [code: BatchOutputsErrorCode, text: string, hint?: Hint];
