import { argumentRangeError, argumentTypeError } from "../../../core/index.js";
import type { BatchAccountClient } from "../../../batch/index.js";
import type { BatchOutputsClient, JobOutputStorage } from "../../../outputs/index.js";

/** What a viewer shows, and to whom. */
export interface ViewerOptions {
  /** A storage account: all jobs whose outputs it keeps. Either this or `storage`. */
  client?: BatchOutputsClient | undefined;
  /** One job's outputs, for a credential that is good for its container alone. */
  storage?: JobOutputStorage | undefined;
  /** Azure Batch, for tasks' states and the files on their nodes; a `BatchAccountClient`. */
  batch?: ViewerBatch | undefined;
  /** Whether outputs can be deleted; false by default: nothing that the page sends changes the store then. */
  allowDelete?: boolean | undefined;
  /** Where the handler is mounted, such as `/outputs`: requests elsewhere are answered with 404. `/` by default. */
  basePath?: string | undefined;
  /**
   * Lets in whoever opens an address with `?token=` and this token, once: it is exchanged for a cookie. Without it
   * everybody is let in, and the server that mounts the handler has to see to who that is.
   */
  session?: ViewerSession | undefined;
  /**
   * The host names that the handler answers to, without ports: a page of another site that lets its own name lead here is
   * refused. By default those of this machine: `localhost`, `127.0.0.1` and `[::1]`.
   */
  allowedHosts?: readonly string[] | undefined;
  /** What names the same store to `batch-outputs`, for commands that the page shows: `["--local"]`. Never a secret. */
  storeArguments?: readonly string[] | undefined;
  /** The folder of the built page; by default the one of this package. */
  pageFolder?: string | undefined;
}

/** What of the Batch service a viewer needs. */
export type ViewerBatch = Pick<
  BatchAccountClient,
  "getTaskFileProperties" | "listTaskFiles" | "listTasks" | "openTaskFile"
>;

/** How the first request of a person is known. */
export interface ViewerSession {
  /** At least 16 characters that nobody can guess. */
  readonly token: string;
}

/** What a viewer is: mount it in any server that speaks in `Request` and `Response`. */
export type Viewer = (request: Request) => Promise<Response>;

/** The options with what was left out. */
export interface CheckedViewerOptions extends ViewerOptions {
  /** Without a slash at the end; "" at the root. */
  readonly basePath: string;
  readonly allowedHosts: readonly string[];
}

/** Throws naming the option. */
export function checkedOptions(options: ViewerOptions): CheckedViewerOptions {
  if (typeof options !== "object") throw argumentTypeError("options", "must be an object");
  const { client, storage, session, basePath = "/", allowedHosts } = options;
  if ((client === undefined) === (storage === undefined))
    throw argumentTypeError("options", "must have either client or storage, and not both");
  if (session !== undefined && (typeof session.token !== "string" || session.token.length < 16))
    throw argumentRangeError("options.session.token", "must have at least 16 characters");
  if (!/^(?:\/[A-Za-z0-9._~-]+)*\/?$/.test(basePath) || /\/\.{1,2}(?:\/|$)/.test(basePath))
    throw argumentRangeError(
      "options.basePath",
      `must be a path of letters, digits and "-._~" that begins with a slash, but is ${JSON.stringify(basePath)}`,
    );
  return {
    ...options,
    basePath: basePath.replace(/\/$/, ""),
    allowedHosts: (allowedHosts ?? ["localhost", "127.0.0.1", "[::1]"]).map((host) => host.toLowerCase()),
  };
}
