import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";

import { readMetadata } from "../../../src/batch/scheduled-events/read-metadata.js";

async function read(listener: RequestListener, timeoutInMs: number): Promise<string | undefined> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return await readMetadata(new URL(`http://127.0.0.1:${port}/`), AbortSignal.timeout(timeoutInMs));
}

const aMinute = 60_000;

test("a response that never begins, and one that never ends, are no answer when the signal fires", async () => {
  expect(await read(() => undefined, 50)).toBeUndefined();
  const drip: RequestListener = (_, response) => {
    const timer = setInterval(() => response.write(" "), 5);
    response.on("close", () => {
      clearInterval(timer);
    });
  };
  expect(await read(drip, 200)).toBeUndefined();
});

test("a response of ten megabytes is no answer, and is not read to its end", async () => {
  let written = 0;
  const answer: RequestListener = (_, response) => {
    const piece = Buffer.alloc(64 * 1024, " ");
    const write = (): void => {
      while (written < 10_000_000) {
        written += piece.length;
        if (!response.write(piece)) return;
      }
      response.end();
    };
    response.on("drain", write);
    write();
  };
  expect(await read(answer, aMinute)).toBeUndefined();
  expect(written).toBeLessThan(10_000_000);
});

test("a redirection is no answer: its target is not asked", async () => {
  const paths: (string | undefined)[] = [];
  const answer: RequestListener = (request, response) => {
    paths.push(request.url);
    response.writeHead(302, { location: "/elsewhere" }).end("moved");
  };
  expect(await read(answer, aMinute)).toBeUndefined();
  expect(paths).toEqual(["/"]);
});

test("a connection that breaks in the middle is no answer", async () => {
  const answer: RequestListener = (_, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.destroy());
  };
  expect(await read(answer, aMinute)).toBeUndefined();
});
