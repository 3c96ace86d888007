import type { NamedKeyCredential } from "@azure/core-auth";
import type { PipelinePolicy, PipelineRequest } from "@azure/core-rest-pipeline";
import { createHmac } from "node:crypto";

const signed = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
];

/** Signs as the clients of the TypeSpec generation do that take a name and a key. */
export function sharedKeyPolicy({ name, key }: NamedKeyCredential): PipelinePolicy {
  return {
    name: "sharedKey",
    async sendRequest(request, next) {
      request.headers.set("ocp-date", new Date().toUTCString());
      if (typeof request.body === "string")
        request.headers.set("content-length", String(Buffer.byteLength(request.body)));
      const signature = createHmac("sha256", Buffer.from(key, "base64"))
        .update(stringToSign(request, name))
        .digest("base64");
      request.headers.set("authorization", `SharedKey ${name}:${signature}`);
      return await next(request);
    },
  };
}

function stringToSign(request: PipelineRequest, account: string): string {
  const url = new URL(request.url);
  const ocp = [...request.headers].filter(([header]) => header.startsWith("ocp-"));
  return [
    request.method,
    ...signed.map((header) => request.headers.get(header) ?? ""),
    ...ocp.map(([header, value]) => `${header}:${value}`).sort(),
    `/${account}${url.pathname}`,
    ...[...url.searchParams].map(([parameter, value]) => `${parameter}:${value}`).sort(),
  ].join("\n");
}
