/** The properties of a pool that tell its operating system. */
interface PoolSystem {
  readonly cloudServiceConfiguration?: unknown;
  readonly virtualMachineConfiguration?: { readonly nodeAgentSKUId?: string };
}

/** Whether the pool specifies Windows nodes. They are folders of this machine too. */
export function isWindowsPool({
  cloudServiceConfiguration,
  virtualMachineConfiguration,
}: PoolSystem): boolean {
  return (
    cloudServiceConfiguration !== undefined ||
    /windows/i.test(virtualMachineConfiguration?.nodeAgentSKUId ?? "")
  );
}
