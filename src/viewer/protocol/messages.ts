import type { Hint } from "../../core/browser.js";

export type StreamMessage<Item, Progress = never, Result = undefined> =
  | { readonly item: Item }
  | { readonly progress: Progress }
  | { readonly end: Result extends undefined ? true : Result }
  | { readonly failed: ViewerFailure };

/** An error as data: every answer of status 400 and above contains `{ failed: ViewerFailure }` as JSON. */
export interface ViewerFailure {
  /** A code of docs/reference/errors.md, or one of the viewer's own. */
  readonly code: string;
  /** What happened: a sentence without advice. */
  readonly reason: string;
  /** What to do about it; the page contains the text. */
  readonly hint?: ViewerHint;
  /** The parameter or property of the request that was wrong, if one was. */
  readonly argument?: string;
  /**
   * What is wrong with `argument`. Continues a sentence that begins with its name: `must not be empty`. `reason`
   * contains both.
   */
  readonly problem?: string;
}

/** A hint of the library, or one of the viewer itself. */
export type ViewerHint =
  | Hint
  /** Reload the output, because it has changed. */
  | { readonly action: "reopen" }
  /** Restart the viewer, and open the address that it prints. */
  | { readonly action: "open-printed-address" }
  /** Restart the viewer with permission to delete. */
  | { readonly action: "start-with-allow-delete" }
  /** Use a simpler regular expression, or plain text. */
  | { readonly action: "simplify-pattern" }
  /** Download the file and open it with a program. */
  | { readonly action: "download" }
  /** Run the server with AZURE_LOG_LEVEL=error to see the cause. */
  | { readonly action: "read-server-log" };
