import { type TextEncoding, textEncodings } from "../../protocol/index.js";
import { createBadRequestError, ViewerError } from "../http/viewer-error.js";
import type { Unpacking } from "./searched-bytes.js";

/** The maximum length of a text or pattern. */
export const maxQueryLength = 1000;

/** The text to search for, or with `isRegex` a JavaScript regular expression. */
export interface SearchQuery {
  readonly text: string;
  readonly isCaseSensitive: boolean;
  readonly isRegex: boolean;
  /** Searches lines that begin at or after this byte, */
  readonly fromByte: number;
  /** and before this one; absent for the end. */
  readonly toByte?: number | undefined;
  readonly encoding: TextEncoding;
  /** Searches the content of encoded bytes; positions are then those of the content. */
  readonly unpacking?: Unpacking | undefined;
}

/** Parses `?q=`, `&case=1`, `&regex=1`, `&from=`, `&to=`, `&encoding=`, `&unpack=`. Throws a `ViewerError` for a wrong value. */
export function parseSearchQuery(parameters: URLSearchParams): SearchQuery {
  const text = parameters.get("q") ?? "";
  const from = parameters.get("from") ?? "0";
  const to = parameters.get("to");
  if (text === "" || text.length > maxQueryLength)
    throw createBadRequestError("q", `must have 1 to ${maxQueryLength} characters`);
  if (!/^\d{1,15}$/.test(from))
    throw createBadRequestError("from", "must be the number of a byte, 0 or more");
  if (to !== null && !/^\d{1,15}$/.test(to))
    throw createBadRequestError("to", "must be the number of a byte, 0 or more");
  const named = parameters.get("encoding") ?? "utf-8";
  const encoding = textEncodings.find((known) => known === named);
  if (encoding === undefined)
    throw createBadRequestError("encoding", `must be one of ${textEncodings.join(", ")}`);
  const unpack = parameters.get("unpack");
  if (unpack !== null && unpack !== "gzip" && unpack !== "stored")
    throw createBadRequestError("unpack", "must be gzip or stored");
  return {
    text,
    isCaseSensitive: parameters.get("case") === "1",
    isRegex: parameters.get("regex") === "1",
    fromByte: Number(from),
    ...(to === null ? {} : { toByte: Number(to) }),
    encoding,
    ...(unpack === null ? {} : { unpacking: unpack }),
  };
}

/** A regular expression that can be sent to another thread. */
export type SearchPattern = Pick<RegExp, "source" | "flags">;

/** Creates the regular expression of a query. */
export function createPattern({
  text,
  isRegex,
  isCaseSensitive,
}: Pick<SearchQuery, "text" | "isRegex" | "isCaseSensitive">): SearchPattern {
  const source = isRegex ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  try {
    const pattern = new RegExp(source, isCaseSensitive ? "gmu" : "gimu");
    return { source: pattern.source, flags: pattern.flags };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ViewerError(400, "BadRequest", `The regular expression is not valid. ${error.message}.`, {
      argument: "q",
    });
  }
}
