import { getRequestListener } from "@hono/node-server";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Viewer } from "../../viewer/server/index.js";

/** A viewer that listens on this machine; disposing of it also ends pending responses. */
export interface ServedViewer extends AsyncDisposable {
  /** Without a path: `http://127.0.0.1:PORT`. */
  readonly origin: string;
}

/** Serves a viewer to this machine only; 0 selects a free port. Rejects if the port is in use. */
export async function serveViewer(viewer: Viewer, port: number): Promise<ServedViewer> {
  const listener = getRequestListener(
    async (request, { outgoing }) => abortOnError(await viewer(request), outgoing as ServerResponse),
    // Keeps the global Request and Response unchanged for the rest of the process.
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
      `The viewer cannot listen on port ${port} of this machine (${code}): another program uses it, or it requires privileges. Omit --port to use a free one.`,
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
 * Aborts the connection if a body fails, so that a browser does not treat a partial body as complete. The page gets the
 * error separately, or with its next request.
 */
function abortOnError(response: Response, outgoing: ServerResponse): Response {
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
          // There is no other way to report an error after the headers have been sent.
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
