import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BatchSharedKeyCredentials } from "@azure/batch";
import { AzureNamedKeyCredential } from "@azure/core-auth";

import { scriptedServer } from "../../local-batch/contract/tap-exchanges.js";

export const accountName = "myaccount";
export const accountKey = Buffer.from("the key of a Batch account").toString("base64");
export const credential = new AzureNamedKeyCredential(accountName, accountKey);

/** What is answered to a request; nothing: the connection is cut. */
export type Script = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A server of this process that answers as a test says, to whoever signs as Azure's own client does: with what no service can
 * be brought to say by request, such as the states of its nodes, and connections that break.
 */
export interface ScriptedService extends AsyncDisposable {
  readonly endpoint: string;
  /** `GET /jobs/j1?...` of every request so far. */
  readonly requests: string[];
}

/** Starts a server on this machine. What is not signed right is answered with the service's 403. */
export async function scriptedService(script: Script): Promise<ScriptedService> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    // A script has no more in its answers than a test is about: of these exchanges only the requests are checked.
    response.setHeader("server", scriptedServer);
    response.setHeader("dataserviceversion", "3.0");
    requests.push(`${request.method ?? ""} ${decodeURIComponent(request.url ?? "")}`);
    expectedAuthorization(request).then(
      (expected) => {
        if (expected === request.headers.authorization) script(request, response);
        else refuse(response, 403, "AuthenticationFailed");
      },
      (error: unknown) => {
        response.destroy(error instanceof Error ? error : undefined);
      },
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Answers as the service does: a JSON body, and a request id. */
export function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, {
    "content-type": "application/json;odata=minimalmetadata",
    "request-id": "db3e1c99-8ec3-4806-8cde-adabb8e0bdb7",
  });
  response.end(JSON.stringify(body));
}

/** Answers with the service's error body. */
export function refuse(response: ServerResponse, status: number, code: string): void {
  const value = `The specified ${code} happened.\nRequestId:db3e1c99\nTime:2026-11-22T16:00:00Z`;
  answer(response, status, {
    "odata.metadata":
      "https://account/$metadata#Microsoft.Azure.Batch.Protocol.Entities.Container.errors/@Element",
    code,
    message: { lang: "en-US", value },
  });
}

/** What Azure's own client would have signed the same request with. */
async function expectedAuthorization(request: IncomingMessage): Promise<string | undefined> {
  const headers = new Map(Object.entries(request.headers));
  headers.delete("authorization");
  const unsigned = {
    method: request.method,
    url: `http://127.0.0.1${request.url ?? ""}`,
    headers: {
      get: (name: string) => headers.get(name.toLowerCase()),
      set: (name: string, value: string) => headers.set(name.toLowerCase(), value),
      headerNames: () => [...headers.keys()],
    },
  };
  type Unsigned = Parameters<BatchSharedKeyCredentials["signRequest"]>[0];
  await new BatchSharedKeyCredentials(accountName, accountKey).signRequest(unsigned as unknown as Unsigned);
  const signed = headers.get("authorization");
  return typeof signed === "string" ? signed : undefined;
}
