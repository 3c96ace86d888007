/** The path prefix of operations that Azure does not have. */
export const localPrefix = "/local-batch/";

/** The address of a node's metadata service, for the tasks on it. */
export function getMetadataEndpoint(endpoint: string, poolId: string, nodeId: string): string {
  return `${endpoint}${localPrefix}metadata/${encodeURIComponent(poolId)}/${encodeURIComponent(nodeId)}`;
}
