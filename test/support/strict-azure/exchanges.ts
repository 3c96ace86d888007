import { once } from "node:events";
import { type IncomingMessage, request as sendRequest, type ServerResponse } from "node:http";
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  type StorageSharedKeyCredential,
} from "@azure/storage-blob";
import type { Refusal } from "./blob-request.js";
import { formatListing } from "./listing-answers.js";

/** A request that was changed has the signature of another one: it is sent with a SAS that allows everything. */
export function authorized(url: URL, key: StorageSharedKeyCredential): string {
  for (const name of ["sv", "sp", "sr", "st", "se", "sip", "spr", "si", "sdd", "sig"])
    url.searchParams.delete(name);
  const sas = generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + 3_600_000),
      permissions: AccountSASPermissions.parse("rwdlacutf"),
      resourceTypes: AccountSASResourceTypes.parse("sco").toString(),
      services: AccountSASServices.parse("b").toString(),
    },
    key,
  );
  return `${url.pathname}?${url.searchParams.toString()}&${sas.toString()}`;
}

/**
 * Sends a request on, and returns the answer when its headers are there. Each request has a connection of its own: one that
 * is kept could be closed by Azurite, which closes idle ones, just as it is used again. It is announced as kept, because
 * a server that means to close resets a client that it answered early.
 */
export async function forward(
  incoming: IncomingMessage,
  path: string,
  hasChanged: boolean,
  blobEndpoint: string,
): Promise<IncomingMessage> {
  const { hostname, port } = new URL(blobEndpoint);
  const { method = "GET", rawHeaders } = incoming;
  const outgoing = sendRequest({ agent: false, hostname, port, method, path });
  const isLeftOut = hasChanged ? /^(host|connection|authorization)$/i : /^(host|connection)$/i;
  // As they came: names of metadata have a case.
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = "", value = ""] = rawHeaders.slice(index, index + 2);
    if (!isLeftOut.test(name)) outgoing.setHeader(name, value);
  }
  outgoing.setHeader("Connection", "keep-alive");
  incoming.once("close", () => {
    if (!incoming.complete) outgoing.destroy();
  });
  incoming.pipe(outgoing);
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  // The service may have answered before it had read everything, and takes no more.
  outgoing.on("error", () => incoming.unpipe(outgoing).resume());
  return answer;
}

/** Answers as the service does that does not carry a request out. */
export async function refuse(
  incoming: IncomingMessage,
  response: ServerResponse,
  { status, code, message, details = {} }: Refusal,
): Promise<void> {
  // A client that is still sending might see a reset and not the answer.
  incoming.resume();
  if (!incoming.complete) await once(incoming, "end");
  const elements = Object.entries({ Code: code, Message: message, ...details });
  const body = `<?xml version="1.0" encoding="utf-8"?><Error>${elements
    .map(([name, value]) => `<${name}>${value.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</${name}>`)
    .join("")}</Error>`;
  response.writeHead(status, {
    "content-type": "application/xml",
    "content-length": Buffer.byteLength(body),
    "x-ms-error-code": code,
    "x-ms-request-id": "00000000-0000-0000-0000-000000000000",
    date: new Date().toUTCString(),
  });
  response.end(body);
}

/** Answers with a listing in the form of the service. */
export function sendListing(
  response: ServerResponse,
  status: number,
  headers: readonly string[],
  xml: string,
): void {
  response.writeHead(status, withoutLength(headers)).end(formatListing(xml));
}

function withoutLength(headers: readonly string[]): string[] {
  return headers.filter(
    (_, index, all) => !/^(content-length|transfer-encoding)$/i.test(all[index - (index % 2)] ?? ""),
  );
}
