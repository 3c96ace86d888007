import { connect, createServer } from "node:net";
import { once } from "node:events";
import { pipeline } from "node:stream/promises";
import { Readable, Writable } from "node:stream";
import { RestError } from "@azure/core-rest-pipeline";
import { AbortError } from "@azure/abort-controller";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  BatchOutputsError,
  batchOutputsErrorCodes,
  concernsAllOutputs,
  isCertificateCode,
  isConnectionError,
  isTlsCode,
  isTransient,
  isTransientStatus,
  argumentTypeError,
} from "../../../src/core/index.js";
import { captureError } from "../../support/capture-error.js";

function systemError(code: string): Error {
  return Object.assign(new Error("any words"), { code });
}

describe("isTransientStatus", () => {
  test("holds for throttling, timeouts and server errors, but not for 501 Not Implemented", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), (status) => {
        const isRefusal = status < 500 && ![408, 429].includes(status);
        expect(isTransientStatus(status)).toBe(!isRefusal && ![501, 505].includes(status));
      }),
    );
  });
});

describe("isTransient", () => {
  test("depends on the status if the service answered", () => {
    for (const statusCode of [408, 429, 500, 503, 504])
      expect(isTransient(new RestError("x", { statusCode }))).toBe(true);
    for (const statusCode of [304, 400, 403, 404, 409, 412, 416, 501])
      expect(isTransient(new RestError("x", { statusCode }))).toBe(false);
  });

  test("holds if nothing answered, unless the certificate was rejected", () => {
    expect(isTransient(new RestError("x"))).toBe(true);
    expect(isTransient(new RestError("x", { code: "REQUEST_SEND_ERROR" }))).toBe(true);
    expect(isTransient(new RestError("x", { code: "CERT_HAS_EXPIRED" }))).toBe(false);
  });

  test("holds for a connection that is refused", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    if (address === null || typeof address === "string") throw new TypeError("no address");
    const [error] = (await once(connect(address.port, "127.0.0.1"), "error")) as [unknown];
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    expect(isTransient(error)).toBe(true);
  });

  test("holds for a body that ends too early", async () => {
    const source = new Readable({ read: () => undefined });
    const sink = new Writable({
      write: (_, __, done) => {
        done();
      },
    });
    const work = pipeline(source, sink);
    source.destroy();
    expect(isTransient(await captureError(work))).toBe(true);
  });

  test("does not hold for an abort, an argument error, a defect or a file error", () => {
    for (const error of [
      new AbortError("x"),
      new DOMException("x", "AbortError"),
      argumentTypeError("kind", "is wrong"),
      new TypeError("x is not a function"),
      systemError("ENOENT"),
      systemError("ENOSPC"),
      new Error("ECONNRESET"),
      new Error("The connection was aborted: socket hang up"),
      "ECONNRESET",
      undefined,
    ])
      expect(isTransient(error)).toBe(false);
  });

  test("depends on the code of an error of this package, not on its cause", () => {
    const isTransientCode = (code: (typeof batchOutputsErrorCodes)[number]): boolean =>
      isTransient(new BatchOutputsError(code, "x", { cause: systemError("ECONNRESET") }));
    expect(batchOutputsErrorCodes.filter(isTransientCode)).toEqual([
      ...["ContainerBeingDeleted", "StoreUnreachable", "StoreBusy", "BatchUnreachable", "BatchBusy"],
    ]);
  });
});

test.each(["ECONNRESET", "EPIPE", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "ERR_STREAM_PREMATURE_CLOSE"])(
  "%s is a connection error, whatever its message",
  (code) => {
    expect(isConnectionError(systemError(code))).toBe(true);
  },
);

test.each([
  "CERT_HAS_EXPIRED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "INVALID_CA",
  "ERR_TLS_CERT_ALTNAME_INVALID",
])("%s is a certificate's code", (code) => {
  expect([isCertificateCode(code), isTlsCode(code)]).toEqual([true, true]);
  expect(isConnectionError(systemError(code))).toBe(false);
});

test.each(["EPROTO", "ERR_SSL_WRONG_VERSION_NUMBER", "ERR_TLS_HANDSHAKE_TIMEOUT"])(
  "%s is an error of TLS, but not of a certificate",
  (code) => {
    expect([isCertificateCode(code), isTlsCode(code)]).toEqual([false, true]);
    expect(isTransient(new RestError("x", { code }))).toBe(false);
  },
);

describe("concernsAllOutputs", () => {
  test("holds for an abort, and for a thrown value that is not an Error", () => {
    for (const error of [new AbortError("x"), new DOMException("x", "AbortError"), "x", undefined])
      expect(concernsAllOutputs(error)).toBe(true);
  });

  test("holds for no error of a single output", () => {
    for (const code of [
      "OutputNotFound",
      "OutputExists",
      "SourceChanged",
      "DigestMismatch",
      "UnsafePath",
    ] as const)
      expect(concernsAllOutputs(new BatchOutputsError(code, "x"))).toBe(false);
    for (const error of [
      systemError("ENOENT"),
      argumentTypeError("kind", "is wrong"),
      new RestError("x", { statusCode: 404 }),
    ])
      expect(concernsAllOutputs(error)).toBe(false);
  });

  test("holds for a container, a credential, a service or a node that fails", () => {
    for (const code of [
      "ContainerNotPrepared",
      "CredentialExpired",
      "StoreUnreachable",
      "CertificateNotTrusted",
      "NodeUnavailable",
    ] as const)
      expect(concernsAllOutputs(new BatchOutputsError(code, "x"))).toBe(true);
  });
});
