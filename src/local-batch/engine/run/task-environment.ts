import { join } from "node:path";
import { getMetadataEndpoint } from "../../api/local-addresses.js";
import type { BatchAccountAddress } from "../base/engine-context.js";
import type { NodeAddress, NodeFolders } from "../base/node-folders.js";

/** The values from which the variables of Batch are created. */
export interface EnvironmentValues {
  readonly account: BatchAccountAddress;
  readonly folders: NodeFolders;
  readonly node: NodeAddress;
  readonly isDedicated: boolean;
  /** The run's own folder: a task's, or the start task's. */
  readonly taskFolder: string;
  /** Absent for a start task. */
  readonly job?: {
    readonly id: string;
    readonly taskId: string;
    /** Present if the job has a preparation task, except for that task itself. */
    readonly preparationFolder?: string | undefined;
  };
}

type Variables = Readonly<Record<string, string>>;

/** The disk space that Batch reserves on a node; none is reserved here, but programs subtract the value. */
const reservedDiskBytes = "1000000";

/**
 * The variables that Batch sets ("Azure Batch runtime environment variables"). Those of application packages are set
 * with the packages; those of multi-instance tasks are set elsewhere.
 */
export function createBatchVariables({
  account,
  folders,
  node,
  isDedicated,
  taskFolder,
  job,
}: EnvironmentValues): Variables {
  const root = folders.root(node);
  const startup = folders.startup(node);
  return {
    AZ_BATCH_ACCOUNT_NAME: account.name,
    AZ_BATCH_ACCOUNT_URL: account.url,
    // Node.js adds it to its known certificates; the variables of other programs would replace those.
    ...(account.certificatePath !== undefined && { NODE_EXTRA_CA_CERTS: account.certificatePath }),
    AZ_BATCH_CERTIFICATES_DIR: join(taskFolder, "certs"),
    AZ_BATCH_NODE_ID: node.nodeId,
    AZ_BATCH_NODE_IS_DEDICATED: String(isDedicated),
    AZ_BATCH_NODE_MOUNTS_DIR: join(root, "fsmounts"),
    AZ_BATCH_NODE_ROOT_DIR: root,
    AZ_BATCH_NODE_SHARED_DIR: join(root, "shared"),
    AZ_BATCH_NODE_STARTUP_DIR: startup,
    AZ_BATCH_NODE_STARTUP_WORKING_DIR: join(startup, "wd"),
    AZ_BATCH_POOL_ID: node.poolId,
    AZ_BATCH_RESERVED_DISK_SPACE_BYTES: reservedDiskBytes,
    AZ_BATCH_TASK_DIR: taskFolder,
    AZ_BATCH_TASK_RESERVED_EPHEMERAL_DISK_SPACE_BYTES: reservedDiskBytes,
    AZ_BATCH_TASK_WORKING_DIR: join(taskFolder, "wd"),
    // In place of the Instance Metadata Service, which this machine does not have.
    AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT: getMetadataEndpoint(account.url, node.poolId, node.nodeId),
    ...(job && createJobVariables(job)),
  };
}

function createJobVariables({
  id,
  taskId,
  preparationFolder,
}: NonNullable<EnvironmentValues["job"]>): Variables {
  return {
    AZ_BATCH_JOB_ID: id,
    AZ_BATCH_TASK_ID: taskId,
    ...(preparationFolder !== undefined && {
      AZ_BATCH_JOB_PREP_DIR: preparationFolder,
      AZ_BATCH_JOB_PREP_WORKING_DIR: join(preparationFolder, "wd"),
    }),
  };
}

/**
 * Reads the variables of this machine that programs need: the search path, the language, the folder for temporary
 * files. No other variable of the service's environment is passed to a task. `HOME` is the node's.
 */
export function readMachineVariables(folders: NodeFolders, node: NodeAddress): Variables {
  const { PATH, LANG, TMPDIR } = process.env;
  return {
    PATH: PATH ?? "/usr/local/bin:/usr/bin:/bin",
    HOME: folders.home(node),
    LANG: LANG ?? "C.UTF-8",
    ...(TMPDIR !== undefined && { TMPDIR }),
  };
}

/** Environment settings of a job or a task as variables. */
export function readSettings(
  settings: readonly { readonly name: string; readonly value?: string }[] = [],
): Variables {
  return Object.fromEntries(settings.map(({ name, value = "" }) => [name, value]));
}
