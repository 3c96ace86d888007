/** The address of every node: they are folders of this machine. */
const address = "127.0.0.1";

/** The environment variables of the instances of a multi-instance task. */
export function createInstanceVariables(
  instanceCount: number,
  { isPrimary, sharedFolder }: { readonly isPrimary: boolean; readonly sharedFolder: string },
): Record<string, string> {
  const addresses = Array.from({ length: instanceCount }, () => address);
  return {
    AZ_BATCH_HOST_LIST: addresses.join(","),
    AZ_BATCH_NODE_LIST: addresses.join(";"),
    AZ_BATCH_MASTER_NODE: `${address}:6000`,
    AZ_BATCH_IS_CURRENT_NODE_MASTER: String(isPrimary),
    AZ_BATCH_TASK_SHARED_DIR: sharedFolder,
    CCP_NODES: [instanceCount, ...addresses.map((one) => `${one} 1`)].join(" "),
  };
}
