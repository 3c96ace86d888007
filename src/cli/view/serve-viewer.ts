import { getRequestListener } from "@hono/node-server";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Viewer } from "../../viewer/server/index.js";

/** A viewer that listens on this machine; disposing it ends what is under way, too. */
export interface ServedViewer extends AsyncDisposable {
  /** Without a path: `http://127.0.0.1:PORT`. */
  readonly origin: string;
}

/** Serves a viewer to this machine alone, on a free port where `port` is 0. Rejects where it is taken. */
export async function serveViewer(viewer: Viewer, port: number): Promise<ServedViewer> {
  const listener = getRequestListener(
    async (request, { outgoing }) => endingVisibly(await viewer(request), outgoing as ServerResponse),
    // What the rest of this process knows as Request and Response stays what it is.
    { overrideGlobalObjects: false },
  );
  const server = createServer((incoming, outgoing) => {
    listener(incoming, outgoing).catch(() => {
      outgoing.destroy();
    });
  });
  server.listen({ port, host: "127.0.0.1" });
  try {
    await once(server, "listening");
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new Error(
      `The viewer cannot listen on port ${port} of this machine (${code}): another program does, or it needs rights that you lack. Leave out --port for a free one.`,
      { cause: error },
    );
  }
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * A body that fails breaks the connection off, so that no browser takes what came for all of it. The page has been told why,
 * or is told when it asks again.
 */
function endingVisibly(response: Response, outgoing: ServerResponse): Response {
  if (!response.body) return response;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch {
          // There is no other way to tell a browser that has the headers.
          outgoing.destroy();
          controller.close();
        }
      },
      cancel: async (reason) => {
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, response);
}
