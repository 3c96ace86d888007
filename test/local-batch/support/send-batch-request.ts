import { createHmac } from "node:crypto";

import type { LocalBatch } from "../../../src/local-batch/index.js";

export interface BatchRequestOptions {
  /** `2024-07-01.20.0` by default; "" for none. */
  readonly apiVersion?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of another account or another machine; the service's own by default. */
  readonly accountName?: string;
  readonly accountKey?: string;
  readonly date?: Date;
}

export interface BatchResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON. */
  readonly body: BatchBody;
}

export interface BatchBody {
  readonly [name: string]: unknown;
  readonly code?: string;
  readonly values?: readonly { readonly key: string; readonly value: string }[];
  readonly value?: readonly Readonly<Record<string, unknown>>[];
}

/** A signed request, written from the service's documentation and with nothing of what the service is made of. */
export async function sendBatchRequest(
  service: LocalBatch,
  method: string,
  path: string,
  options: BatchRequestOptions = {},
): Promise<BatchResponse> {
  const { apiVersion = "2024-07-01.20.0", query = {}, body } = options;
  const url = new URL(`${service.endpoint}${path}`);
  for (const [name, value] of Object.entries({
    ...(apiVersion !== "" && { "api-version": apiVersion }),
    ...query,
  }))
    url.searchParams.set(name, value);
  const isReady = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const payload = isReady ? (body as string | Uint8Array<ArrayBuffer> | undefined) : JSON.stringify(body);
  const headers: Record<string, string> = {
    "ocp-date": (options.date ?? new Date()).toUTCString(),
    ...(payload !== undefined && { "content-type": "application/json; odata=minimalmetadata" }),
    ...options.headers,
  };
  const { accountName = service.accountName, accountKey = service.accountKey } = options;
  const signature = computeSignature(method, url, headers, payload, accountName, accountKey);
  const response = await fetch(url, {
    method,
    headers: { authorization: `SharedKey ${accountName}:${signature}`, ...headers },
    ...(payload !== undefined && { body: payload }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    get body() {
      return JSON.parse(text) as BatchBody;
    },
  };
}

function computeSignature(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  payload: string | Uint8Array | undefined,
  accountName: string,
  accountKey: string,
): string {
  const signed = ["if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"];
  const length = payload === undefined ? "" : String(Buffer.byteLength(payload));
  const ocp = Object.entries(headers).filter(([name]) => name.startsWith("ocp-"));
  const text = [
    method,
    ...["", "", length, "", headers["content-type"] ?? "", ""],
    ...signed.map((name) => headers[name] ?? ""),
    ...ocp.map(([name, value]) => `${name}:${value}`).sort(),
    `/${accountName}${url.pathname}`,
    ...[...url.searchParams].map(([name, value]) => `${name}:${value}`).sort(),
  ].join("\n");
  return createHmac("sha256", Buffer.from(accountKey, "base64")).update(text).digest("base64");
}
