import { parseFilter, type Predicate } from "../../odata/parse-filter.js";
import { selectProperties } from "../../odata/select-properties.js";
import { FilterError } from "../../odata/tokenize.js";
import { translateName, translateAnswer } from "../../api/translate.js";
import { getAnswerKind } from "../../api/version-changes.js";
import { answerList, type RestContext, type RestService } from "./exchange.js";
import { Refusal } from "../../api/refusal.js";

/** Something that can be listed in pages. */
export interface Listing<Item> {
  /** In `odata.metadata`. */
  readonly kind: string;
  /** The items behind the one whose key is `after`, in the order of their keys. */
  readonly items: (after: string | undefined) => Iterable<Item> | AsyncIterable<Item>;
  readonly keyOf: (item: Item) => string;
  readonly viewOf: (item: Item) => object;
  /** What `$filter` may name. */
  readonly filterable: readonly string[];
}

/** A page: at most `maxresults` items (1,000), `$filter` and `$select` applied; `odata.nextLink` leads to the next one. */
export async function answerListing<Item>(
  service: RestService,
  context: RestContext,
  listing: Listing<Item>,
): Promise<Response> {
  const { kind, items, keyOf, viewOf, filterable } = listing;
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
    // One more than the page holds: only then there is a next one.
    const view = translateAnswer(viewOf(item), answerKind, apiVersion);
    if (!wanted(view)) continue;
    if (page.length === maxResults && last !== undefined)
      return answerList(service, context, kind, page, nextLink(service, context, last));
    page.push(selectProperties(view, select));
    last = keyOf(item);
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
    throw invalidParameter("$filter", filter, `It cannot be understood: ${error.message}.`);
  }
}

function readMaxResults(context: RestContext): number {
  const given = context.req.query("maxresults");
  if (given === undefined || given === "") return 1000;
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1 && count <= 1000) return count;
  throw invalidParameter(
    "maxresults",
    given,
    count < 1 ? "MaxResults cannot be less than 1" : "MaxResults must be a whole number up to 1000",
  );
}

function readSkipToken(context: RestContext): string | undefined {
  const token = context.req.query("$skiptoken");
  if (token === undefined) return undefined;
  const key = Buffer.from(token, "base64url").toString("utf8");
  if (Buffer.from(key).toString("base64url") === token) return key;
  throw invalidParameter(
    "$skiptoken",
    token,
    "It is none of this service's: follow odata.nextLink as it is.",
  );
}

function nextLink(service: RestService, context: RestContext, last: string): string {
  const { pathname, searchParams } = new URL(context.req.url);
  searchParams.set("$skiptoken", Buffer.from(last).toString("base64url"));
  const query = [...searchParams].map(
    ([name, value]) => `${encodeURIComponent(name).replace(/^%24/, "$")}=${encodeURIComponent(value)}`,
  );
  return `${service.endpoint()}${pathname}?${query.join("&")}`;
}

function invalidParameter(name: string, value: string, reason: string): Refusal {
  return new Refusal("InvalidQueryParameterValue", {
    QueryParameterName: name,
    QueryParameterValue: value,
    Reason: reason,
  });
}
