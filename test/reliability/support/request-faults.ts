import type { BatchOutputsErrorCode } from "../../../src/core/index.js";
import type { RequestInfo } from "../../support/exchange.js";
import type { Fault } from "../../support/faults.js";

/** What a fault does to a request; `undefined` where the request cannot have it: no body to cut off, say. */
export type CreateFault = (info: RequestInfo, never: Promise<unknown>, service: Service) => Fault | undefined;

/** Who is asked. */
export type Service = "store" | "Batch" | "metadata";

/** A class of faults that a request meets. */
export interface RequestFault {
  readonly name: string;
  readonly create: CreateFault;
  /** Whether each request from the n-th on has it; otherwise only the n-th one. */
  readonly isLasting?: boolean;
  /** Codes of the errors that are true of it. None: the call succeeds. */
  readonly codes: readonly BatchOutputsErrorCode[];
  /** Whether a run mostly waits. */
  readonly isSlow?: boolean;
}

const hasBody = ({ method, headers }: RequestInfo): boolean =>
  (method === "PUT" || method === "POST") && Number(headers["content-length"] ?? 0) > 0;

/** Statuses for an error that ends by itself. */
const statuses = [408, 429, 500, 502, 503, 504] as const;

function answer(status: number, code?: string, detail?: string, retryAfterSeconds?: number): CreateFault {
  return () => ({
    kind: "answer",
    status,
    ...(code === undefined ? {} : { code }),
    ...(detail === undefined ? {} : { detail }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });
}

function ofStore(create: CreateFault): CreateFault {
  return (info, never, service) => (service === "store" ? create(info, never, service) : undefined);
}

const once: readonly RequestFault[] = [
  {
    name: "delay",
    create: () => ({ kind: "delay", until: new Promise((resolve) => setTimeout(resolve, 50)) }),
    codes: [],
  },
  {
    name: "no answer: lost request",
    create: (_, never) => ({ kind: "delay", until: never }),
    codes: [],
    isSlow: true,
  },
  {
    name: "no answer: lost answer",
    create: (_, never) => ({ kind: "delay-answer", until: never }),
    codes: [],
    isSlow: true,
  },
  { name: "reset before it is carried out", create: () => ({ kind: "cut-before" }), codes: [] },
  { name: "reset after it is carried out", create: () => ({ kind: "cut-after" }), codes: [] },
  {
    name: "body cut off",
    create: (info) => (hasBody(info) ? { kind: "cut-body", afterBytes: 20 } : undefined),
    codes: [],
  },
  {
    name: "answer cut off",
    create: ({ method }) => (method === "GET" ? { kind: "truncate-download", afterBytes: 20 } : undefined),
    codes: [],
  },
  {
    name: "answer corrupted",
    // The tests look at every answer of the local Batch service.
    create: ({ method }, _, service) =>
      method === "GET" && service === "store" ? { kind: "corrupt-answer" } : undefined,
    codes: ["DigestMismatch", "StoreUnreachable", "BatchUnreachable", "ProxyFailed"],
  },
  ...statuses.map((status) => ({ name: `${status}, once`, create: answer(status), codes: [] })),
  ...statuses.map((status) => ({
    name: `${status} with Retry-After, once`,
    create: answer(status, undefined, undefined, 1),
    codes: [],
    isSlow: true,
  })),
  ...[500, 502, 504].map((status) => ({
    name: `${status} in place of the answer`,
    create: (): Fault => ({ kind: "answer-after", status }),
    codes: [],
  })),
];

const expired =
  "Signature not valid in the specified time frame: Start [Thu, 09 Jul 2020 10:11:03 GMT] - Expiry [Thu, 09 Jul 2020 18:11:03 GMT] - Current [Fri, 10 Jul 2020 10:16:22 GMT]";
const revoked = "The MAC signature found in the HTTP request is not the same as any computed signature.";

const lasting: readonly RequestFault[] = (
  [
    {
      name: "no answer any more",
      create: (_, never) => ({ kind: "delay", until: never }),
      codes: ["StoreUnreachable", "BatchUnreachable"],
      isSlow: true,
    },
    {
      name: "only resets any more",
      create: () => ({ kind: "cut-before" }),
      codes: ["StoreUnreachable", "BatchUnreachable"],
    },
    ...statuses.map((status): RequestFault => ({
      name: `${status} to everything`,
      create: answer(status),
      codes: [
        "StoreBusy",
        "BatchBusy",
        // A stream that broke, and cannot be resumed.
        "BatchUnreachable",
        ...(status === 502 || status === 504 ? ["ProxyFailed" as const] : []),
      ],
    })),
    {
      name: "SAS expires",
      create: answer(403, "AuthenticationFailed", expired),
      codes: ["CredentialExpired", "NotAuthorized"],
    },
    { name: "key revoked", create: answer(403, "AuthenticationFailed", revoked), codes: ["NotAuthorized"] },
    {
      name: "permission taken away",
      create: answer(403, "AuthorizationPermissionMismatch"),
      codes: ["PermissionMissing", "NotAuthorized"],
    },
    {
      name: "container deleted",
      // A call that asks for a container, or deletes it, rightly succeeds if there is none.
      create: ofStore((...args) =>
        ["GetContainerProperties", "DeleteContainer"].includes(args[0].operation)
          ? undefined
          : answer(404, "ContainerNotFound")(...args),
      ),
      codes: ["ContainerNotPrepared"],
    },
    {
      name: "account disabled",
      create: ofStore(answer(403, "AccountIsDisabled")),
      codes: ["AccountUnavailable"],
    },
  ] satisfies RequestFault[]
).map((fault) => ({ ...fault, isLasting: true }));

export const requestFaults: readonly RequestFault[] = [...once, ...lasting];
