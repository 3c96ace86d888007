import { once } from "node:events";
import { type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TokenCredential } from "@azure/core-auth";

import { createSelfSigned } from "./self-signed.js";

/** A store that takes tokens, by the time of the test, and passes requests on to a container that takes a SAS. */
export interface TokenGate extends AsyncDisposable {
  /** The URL of the container, without a SAS. */
  readonly containerUrl: string;
  /** The numbers of the tokens that came, in order, and whether each was refused. */
  readonly arrived: readonly { readonly token: number; readonly isRefused: boolean }[];
  /** Whether a token is refused, besides those that have ended. */
  refuses: (token: number) => boolean;
}

const challenge =
  "Bearer authorization_uri=https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/oauth2/authorize resource_id=https://storage.azure.com";

/** Tokens that say their number and when they end. */
export function createEndingCredential(lifetimeInMs: number): {
  readonly credential: TokenCredential;
  readonly count: () => number;
} {
  let asked = 0;
  const credential: TokenCredential = {
    getToken() {
      asked += 1;
      const expiresOnTimestamp = Date.now() + lifetimeInMs;
      return Promise.resolve({ token: `token.${asked}.${expiresOnTimestamp}`, expiresOnTimestamp });
    },
  };
  return { credential, count: () => asked };
}

/** Starts a gate in front of a container URL with a SAS. Its certificate is signed by nobody. */
export async function startTokenGate(sasUrl: string): Promise<TokenGate> {
  const target = new URL(sasUrl);
  const arrived: { token: number; isRefused: boolean }[] = [];
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const [, number, end] = /^Bearer token\.(\d+)\.(\d+)$/.exec(incoming.headers.authorization ?? "") ?? [];
    const token = Number(number ?? 0);
    const isRefused = !(Number(end ?? 0) > Date.now()) || gate.refuses(token);
    arrived.push({ token, isRefused });
    if (isRefused) {
      incoming.resume();
      outgoing.writeHead(401, {
        "www-authenticate": challenge,
        "x-ms-error-code": "InvalidAuthenticationInfo",
        "content-length": "0",
      });
      outgoing.end();
      return;
    }
    const { authorization: _, host: __, ...headers } = incoming.headers;
    const path = `${incoming.url ?? "/"}${incoming.url?.includes("?") === true ? "&" : "?"}${target.search.slice(1)}`;
    const onward = httpRequest(
      { hostname: target.hostname, port: target.port, method: incoming.method, path, headers },
      (answered) => {
        outgoing.writeHead(answered.statusCode ?? 500, answered.headers);
        answered.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  };
  const { cert, key } = await createSelfSigned();
  const server = createServer({ cert, key }, answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const gate: TokenGate = {
    containerUrl: `https://127.0.0.1:${port}${target.pathname}`,
    arrived,
    refuses: () => false,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return gate;
}
