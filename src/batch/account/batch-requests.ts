import { Readable } from "node:stream";
import {
  isNamedKeyCredential,
  isTokenCredential,
  type NamedKeyCredential,
  type TokenCredential,
} from "@azure/core-auth";
import {
  bearerTokenAuthenticationPolicy,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
  type HttpClient,
  type HttpMethods,
  type Pipeline,
  type PipelineOptions,
  type PipelinePolicy,
  type PipelineResponse,
} from "@azure/core-rest-pipeline";
import {
  argumentRangeError,
  argumentTypeError,
  type OperationOptions,
  packageVersion,
  redactUrl,
  pickRequestOptions,
  requireInteger,
} from "../../core/index.js";
import { requireBatchAnswer } from "./batch-answer.js";
import { createResponseError } from "./explain-batch-error.js";
import { createSharedKeyPolicy } from "./shared-key-policy.js";
import { createThrottlingPolicy } from "./throttling-policy.js";
import { batchTextPolicy, createTryLimitPolicy } from "./try-limit-policy.js";

/**
 * The credentials that a Batch account accepts: its name and key (`AzureNamedKeyCredential`), or Microsoft Entra ID.
 */
export type BatchCredential = NamedKeyCredential | TokenCredential;

/** Options of `BatchAccountClient`: those of every Azure SDK client, and the version of the REST API. */
export interface BatchAccountClientOptions extends PipelineOptions {
  /**
   * `2025-06-01` by default. Azure retires older versions; every version since `2022-10-01.16.0` has what this client
   * needs.
   */
  apiVersion?: string | undefined;
  /**
   * Maximum time that one try of a request may take without a byte received, in milliseconds; 30,000 by default, 100 at
   * the minimum. A try that reaches the limit is repeated according to `retryOptions`; each further try of the same
   * request may take twice as long, up to a minute.
   */
  progressTimeoutInMs?: number | undefined;
}

const defaultProgressTimeoutInMs = 30_000;
/** The maximum delay of a timer in Node.js. */
const maxProgressTimeoutInMs = 2 ** 31 - 1;

/** A request to the Batch service. */
export interface BatchRequest {
  readonly method: HttpMethods;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether to return the answer's body as a stream. */
  readonly isStreamed?: boolean;
}

/**
 * Sends requests to one Batch account. They are signed, traced, retried after transient errors (observing
 * `Retry-After`), and logged without secrets.
 */
export class BatchRequests {
  /** Without a trailing slash. */
  readonly endpoint: string;
  /** Maximum time without a byte received, in milliseconds. */
  readonly progressTimeoutInMs: number;
  /** The version of the REST API that each request specifies. */
  readonly apiVersion: string;
  readonly #pipeline: Pipeline;
  readonly #httpClient: HttpClient = createDefaultHttpClient();

  constructor(endpoint: string, credential: BatchCredential, options: BatchAccountClientOptions) {
    const {
      apiVersion = "2025-06-01",
      progressTimeoutInMs = defaultProgressTimeoutInMs,
      ...pipelineOptions
    } = options;
    requireInteger(progressTimeoutInMs, "options.progressTimeoutInMs", {
      min: 100,
      max: maxProgressTimeoutInMs,
    });
    this.progressTimeoutInMs = progressTimeoutInMs;
    this.endpoint = parseEndpoint(endpoint, credential);
    this.apiVersion = apiVersion;
    this.#pipeline = createPipelineFromOptions({
      ...pipelineOptions,
      telemetryOptions: { clientRequestIdHeaderName: "client-request-id" },
      userAgentOptions: { userAgentPrefix: formatUserAgent(options) },
      loggingOptions: {
        additionalAllowedHeaderNames: ["ocp-range", "ocp-date", "ocp-creation-time"],
        additionalAllowedQueryParameters: ["$filter", "$select", "maxresults", "recursive"],
      },
    });
    this.#pipeline.addPolicy(identityEncodingPolicy);
    this.#pipeline.addPolicy(createThrottlingPolicy(options.retryOptions), { afterPhase: "Retry" });
    this.#pipeline.addPolicy(createTryLimitPolicy(progressTimeoutInMs), { afterPhase: "Retry" });
    this.#pipeline.addPolicy(createAuthorizationPolicy(credential, this.endpoint), { phase: "Sign" });
    this.#pipeline.addPolicy(batchTextPolicy, { afterPhase: "Sign" });
  }

  /** Formats the URL of a resource from the segments of its path and the query. */
  formatUrl(segments: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string {
    const url = new URL(`${this.endpoint}/${segments.map(encodeURIComponent).join("/")}`);
    for (const [name, value] of Object.entries<string | undefined>({
      "api-version": this.apiVersion,
      ...query,
    }))
      if (value !== undefined) url.searchParams.set(name, value);
    // The service treats "+" as itself, not as a space.
    url.search = url.search.replaceAll("+", "%20");
    return url.href;
  }

  /** Checks the URL of the next page. Throws if it has another host, which would otherwise receive a signed request. */
  requireNextUrl(link: string): string {
    const url = URL.canParse(link) ? new URL(link) : undefined;
    if (url?.origin === new URL(this.endpoint).origin) return url.href;
    throw argumentRangeError(
      "continuationToken",
      `must be a URL at ${this.endpoint}, but is ${url === undefined ? "not a URL" : redactUrl(link)}`,
    );
  }

  /**
   * Sends the request.
   *
   * @throws RestError unless the status is 200 or 206; BatchOutputsError `BatchUnreachable` if something else answered.
   */
  async send(request: BatchRequest, options: OperationOptions): Promise<PipelineResponse> {
    const { method, url, headers = {}, isStreamed = false } = request;
    const response = await this.#pipeline.sendRequest(
      this.#httpClient,
      createPipelineRequest({
        method,
        url,
        headers: createHttpHeaders({
          accept: "application/json",
          "return-client-request-id": "true",
          ...headers,
        }),
        allowInsecureConnection: this.endpoint.startsWith("http:"),
        ...(isStreamed ? { streamResponseStatusCodes: streamedStatuses } : {}),
        ...pickRequestOptions(options),
      }),
    );
    try {
      requireBatchAnswer(response, this.endpoint);
    } catch (error) {
      if (response.readableStreamBody instanceof Readable) response.readableStreamBody.destroy();
      throw error;
    }
    if (!streamedStatuses.has(response.status)) throw createResponseError(response);
    return response;
  }
}

const streamedStatuses: ReadonlySet<number> & Set<number> = new Set([200, 206]);

/**
 * Asks the service not to compress files: a compressed answer does not show the length of the file, and cannot be
 * resumed at a position.
 */
const identityEncodingPolicy: PipelinePolicy = {
  name: "batchBytesAsTheyAre",
  async sendRequest(request, next) {
    if (request.streamResponseStatusCodes) request.headers.set("accept-encoding", "identity");
    return await next(request);
  },
};

function parseEndpoint(endpoint: unknown, credential: BatchCredential): string {
  if (typeof endpoint !== "string") throw argumentTypeError("endpoint", "must be a URL as a string");
  const text = /^[\w-]+(\.[\w-]+)+$/.test(endpoint) ? `https://${endpoint}` : endpoint;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "https:" && url?.protocol !== "http:")
    throw argumentRangeError(
      "endpoint",
      "must be the URL of a Batch account, as https://<account>.<region>.batch.azure.com",
    );
  if (url.search !== "" || url.hash !== "" || url.username !== "")
    throw argumentRangeError("endpoint", `must have no user name, query or fragment: ${redactUrl(text)}`);
  if (url.protocol === "http:" && !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname))
    throw argumentRangeError("endpoint", "must be an https URL: http is permitted only for this machine");
  if (url.protocol === "http:" && isTokenCredential(credential))
    throw argumentRangeError("endpoint", "must be an https URL: a token credential is never sent over http");
  return url.href.replace(/\/+$/, "");
}

function createAuthorizationPolicy(credential: unknown, endpoint: string): PipelinePolicy {
  if (isTokenCredential(credential))
    return bearerTokenAuthenticationPolicy({ credential, scopes: createScope(endpoint) });
  if (!isNamedKeyCredential(credential) || credential.name === "")
    throw argumentTypeError(
      "credential",
      "must be a TokenCredential, or the account's name and key (AzureNamedKeyCredential)",
    );
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(credential.key))
    throw argumentRangeError("credential", "must have the key of a Batch account, but its key is not base64");
  return createSharedKeyPolicy(credential);
}

/** The audience ends in a slash of its own. Each cloud has its own service. */
function createScope(endpoint: string): string {
  const { hostname } = new URL(endpoint);
  if (hostname.endsWith(".chinacloudapi.cn")) return "https://batch.chinacloudapi.cn//.default";
  if (hostname.endsWith(".usgovcloudapi.net")) return "https://batch.core.usgovcloudapi.net//.default";
  return "https://batch.core.windows.net//.default";
}

function formatUserAgent({ userAgentOptions }: PipelineOptions): string {
  return [userAgentOptions?.userAgentPrefix, `azure-batch-outputs/${packageVersion}`]
    .filter(Boolean)
    .join(" ");
}
