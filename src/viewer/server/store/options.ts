import { argumentRangeError, argumentTypeError } from "../../../core/index.js";
import type { BatchAccountClient } from "../../../batch/index.js";
import type { BatchOutputsClient, JobOutputStorage } from "../../../outputs/index.js";

/** Options of {@link createViewer}: the store, and the access to it. */
export interface ViewerOptions {
  /** A storage account, to show all its jobs. Either this or `storage`. */
  client?: BatchOutputsClient | undefined;
  /** The outputs of one job, for a credential that is valid only for its container. */
  storage?: JobOutputStorage | undefined;
  /** Azure Batch, for the states of tasks and the files on their nodes; a `BatchAccountClient`. */
  batch?: ViewerBatch | undefined;
  /** Whether outputs can be deleted; false by default: then no request changes the store. */
  allowDelete?: boolean | undefined;
  /**
   * The path at which the handler is mounted, such as `/outputs`: requests to other paths are answered with 404. `/` by
   * default.
   */
  basePath?: string | undefined;
  /**
   * Gives access to the first browser that opens an address with `?token=` and this token, which is exchanged for a
   * cookie. Without it everyone has access, and the server that mounts the handler must authenticate users.
   */
  session?: ViewerSession | undefined;
  /**
   * The host names that the handler accepts, without ports: this rejects pages of other sites whose name resolves to
   * this server. By default those of this machine: `localhost`, `127.0.0.1` and `[::1]`.
   */
  allowedHosts?: readonly string[] | undefined;
  /**
   * The flags that select the same store for `batch-outputs`, for commands that the page shows: `["--local"]`. Never a
   * secret.
   */
  storeArguments?: readonly string[] | undefined;
  /** The folder of the built page; by default the one in this package. */
  pageFolder?: string | undefined;
}

/** The methods of the Batch client that a viewer needs. */
export type ViewerBatch = Pick<
  BatchAccountClient,
  "getTaskFileProperties" | "listTaskFiles" | "listTasks" | "openTaskFile"
>;

/** The credential with which a person signs in. */
export interface ViewerSession {
  /** At least 16 characters that cannot be guessed. */
  readonly token: string;
}

/** A viewer: mount it in any server that uses `Request` and `Response`. */
export type Viewer = (request: Request) => Promise<Response>;

/** The options with their defaults. */
export interface CheckedViewerOptions extends ViewerOptions {
  /** Without a trailing slash; "" at the root. */
  readonly basePath: string;
  readonly allowedHosts: readonly string[];
}

/** Throws naming the option. */
export function parseViewerOptions(options: ViewerOptions): CheckedViewerOptions {
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
