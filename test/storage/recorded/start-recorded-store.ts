import { STATUS_CODES } from "node:http";
import { onTestFinished } from "vitest";
import { startRawStore, type RawAnswer, type RawRequest } from "../../support/raw-store.js";
import { getOperation, parseNames, type RecordedExchange } from "./recorded-exchanges.js";

/** A store on this machine that answers with recorded answers. */
export interface RecordedStore {
  /** The URL of the account. */
  readonly accountUrl: string;
  /** The requests that it has received. */
  readonly requests: readonly RawRequest[];
}

export interface StartRecordedStoreOptions {
  /** Whether a request for a range gets the whole recorded blob, with status 200, instead of the range. */
  readonly ignoresRanges?: boolean;
}

/**
 * Starts a store that answers the n-th request with the n-th answer, byte for byte as it was recorded: line endings,
 * byte order mark, chunked or not. The test fails if a request is for another operation, container or blob than the
 * recorded one, or if not all of the answers were requested.
 */
export async function startRecordedStore(
  exchanges: readonly RecordedExchange[],
  options: StartRecordedStoreOptions = {},
): Promise<RecordedStore> {
  const problems: string[] = [];
  const store = await startRawStore((request) => {
    const sent = request.head.slice(0, request.head.indexOf(" HTTP/")).replace(" /storacct", " ");
    const recorded = exchanges[request.nth - 1];
    if (recorded === undefined || describe(recorded.request) !== describe(sent)) {
      problems.push(`request ${request.nth} was ${sent}; recorded is ${recorded?.request ?? "none"}`);
      return formatAnswer({ source: "test", request: sent, status: 400, headers: { "content-length": "0" } });
    }
    const range = request.header("x-ms-range");
    const isCut = range !== undefined && recorded.status === 200 && options.ignoresRanges !== true;
    return formatAnswer(isCut ? cutRange(recorded, range) : recorded);
  });
  onTestFinished(() => {
    if (store.requests.length < exchanges.length)
      problems.push(`${store.requests.length} of ${exchanges.length} answers were requested`);
    if (problems.length > 0) throw new Error(problems.join("\n"));
  });
  return { accountUrl: `${store.origin}/storacct`, requests: store.requests };
}

/** What has to be the same in the recorded request and in ours. Older programs ask for other details of a listing. */
function describe(request: string): string {
  const { container, blob } = parseNames(request);
  return `${getOperation(request)} /${container}/${blob}`;
}

/**
 * The answer to a request for a range, made from the recorded answer for the whole blob: no range was recorded. The
 * digest of the whole blob is then in `x-ms-blob-content-md5` ("Get Blob", response headers).
 */
function cutRange(exchange: RecordedExchange, range: string): RecordedExchange {
  const [, first = "", last = ""] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  const whole = Buffer.from(exchange.body ?? "");
  const part = whole.subarray(Number(first), last === "" ? undefined : Number(last) + 1);
  const { "content-md5": digest, ...headers } = exchange.headers;
  return {
    ...exchange,
    status: 206,
    headers: {
      ...headers,
      "content-length": String(part.length),
      "content-range": `bytes ${first}-${Number(first) + part.length - 1}/${whole.length}`,
      ...(digest !== undefined && { "x-ms-blob-content-md5": digest }),
    },
    body: part.toString(),
  };
}

function formatAnswer({ request, status, headers, body = "" }: RecordedExchange): RawAnswer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", ""].join("\r\n");
  const bytes = request.startsWith("HEAD ") ? [] : formatBody(Buffer.from(body), headers);
  return {
    pieces: [Buffer.concat([Buffer.from(head), ...bytes])],
    then: headers["connection"] === "close" ? "close" : "keep",
  };
}

function formatBody(body: Buffer, headers: RecordedExchange["headers"]): Buffer[] {
  if (headers["transfer-encoding"] !== "chunked") return [body];
  const chunk =
    body.length === 0 ? [] : [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")];
  return [...chunk, Buffer.from("0\r\n\r\n")];
}
