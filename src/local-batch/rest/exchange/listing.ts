import { parseFilter, type Predicate } from "../../odata/parse-filter.js";
import { selectProperties } from "../../odata/select-properties.js";
import { FilterError } from "../../odata/tokenize.js";
import { translateName, translateAnswer } from "../../api/translate.js";
import { getAnswerKind } from "../../api/version-changes.js";
import { answerList, type RestContext, type RestService } from "./exchange.js";
import { Refusal } from "../../api/refusal.js";

/** A paged list. */
export interface Listing<Item> {
  /** The name in `odata.metadata`. */
  readonly kind: string;
  /** Returns the items after the one whose key is `after`, ordered by key. */
  readonly items: (after: string | undefined) => Iterable<Item> | AsyncIterable<Item>;
  readonly getKey: (item: Item) => string;
  readonly createView: (item: Item) => object;
  /** The properties that `$filter` can use. */
  readonly filterable: readonly string[];
}

/**
 * Responds with a page: at most `maxresults` items (1,000 by default) after `$filter` and `$select`, and an `odata.nextLink`
 * to the next page.
 */
export async function answerListing<Item>(
  service: RestService,
  context: RestContext,
  listing: Listing<Item>,
): Promise<Response> {
  const { kind, items, getKey, createView, filterable } = listing;
  const { apiVersion } = context.var;
  const answerKind = getAnswerKind(kind);
  const wanted = readFilter(
    context,
    filterable.map((name) => translateName(name, answerKind, apiVersion)),
  );
  const select = context.req.query("$select");
  const maxResults = readMaxResults(context);
  const page: object[] = [];
  let last: string | undefined;
  for await (const item of items(readSkipToken(context))) {
    // There is a next page only if there is one more item than fits into this one.
    const view = translateAnswer(createView(item), answerKind, apiVersion);
    if (!wanted(view)) continue;
    if (page.length === maxResults && last !== undefined)
      return answerList(service, context, kind, page, createNextLink(service, context, last));
    page.push(selectProperties(view, select));
    last = getKey(item);
  }
  return answerList(service, context, kind, page);
}

function readFilter(context: RestContext, filterable: readonly string[]): Predicate {
  const filter = context.req.query("$filter") ?? "";
  if (filter.trim() === "") return () => true;
  try {
    return parseFilter(filter, filterable);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw createParameterRefusal("$filter", filter, `It is not a valid filter: ${error.message}.`);
  }
}

function readMaxResults(context: RestContext): number {
  const given = context.req.query("maxresults");
  if (given === undefined || given === "") return 1000;
  const count = /^-?\d+$/.test(given) ? Number(given) : NaN;
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw createParameterRefusal(
    "maxresults",
    given,
    count < 1 ? "MaxResults cannot be less than 1" : "MaxResults must be an integer up to 1000",
  );
}

function readSkipToken(context: RestContext): string | undefined {
  const token = context.req.query("$skiptoken");
  if (token === undefined) return undefined;
  const key = Buffer.from(token, "base64url").toString("utf8");
  if (Buffer.from(key).toString("base64url") === token) return key;
  throw createParameterRefusal(
    "$skiptoken",
    token,
    "It was not created by this service: use odata.nextLink unchanged.",
  );
}

function createNextLink(service: RestService, context: RestContext, last: string): string {
  const { pathname, searchParams } = new URL(context.req.url);
  searchParams.set("$skiptoken", Buffer.from(last).toString("base64url"));
  const query = [...searchParams].map(
    ([name, value]) => `${encodeURIComponent(name).replace(/^%24/, "$")}=${encodeURIComponent(value)}`,
  );
  return `${service.endpoint()}${pathname}?${query.join("&")}`;
}

function createParameterRefusal(name: string, value: string, reason: string): Refusal {
  return new Refusal("InvalidQueryParameterValue", {
    QueryParameterName: name,
    QueryParameterValue: value,
    Reason: reason,
  });
}
