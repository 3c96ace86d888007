import { isKnownPublisher } from "./known-images.js";
import { isWindowsPool } from "./is-windows-pool.js";
import { Refusal } from "./refusal.js";
import type { GivenMachine, GivenUserAccounts } from "./machine-shapes.js";

/** What a pool says of its machines. */
interface Machines {
  readonly vmSize?: string;
  readonly virtualMachineConfiguration?: GivenMachine;
  readonly userAccounts?: GivenUserAccounts;
}

/** Names of sizes: of virtual machines, and of the cloud services of former versions. */
const vmSize = /^((standard|basic)_[a-z0-9_-]+|small|medium|large|extralarge|a\d{1,2})$/i;

/**
 * Rejects machines that Azure Batch cannot make, with its codes and reasons: a size or a publisher of images that does not exist,
 * users
 * of Windows on Linux.
 * @throws Refusal `InvalidPropertyValue`
 */
export function requirePossibleMachines(pool: Machines): void {
  const { virtualMachineConfiguration: machine } = pool;
  if (pool.vmSize !== undefined && !vmSize.test(pool.vmSize))
    throw new Refusal("InvalidPropertyValue", {
      PropertyName: "vmSize",
      PropertyValue: pool.vmSize,
      Reason: "The value provided for one of the properties in the request body is invalid.",
    });
  requireSupportedImage(machine);
  const ofWindows = pool.userAccounts?.find((account) => account.windowsUserConfiguration !== undefined);
  if (ofWindows && machine && !isWindowsPool(pool))
    throw new Refusal("InvalidPropertyValue", {
      PropertyName: "windowsUserConfiguration",
      Reason: `The user configuration for user account '${ofWindows.name ?? ""}' has a mismatch with the OS (Windows/Linux) configuration specified in VirtualMachineConfiguration`,
    });
}

function requireSupportedImage(machine: GivenMachine | undefined): void {
  const { publisher, offer, sku = "" } = machine?.imageReference ?? {};
  if (publisher === undefined || offer === undefined) return;
  if (isKnownPublisher(publisher)) return;
  throw new Refusal("InvalidPropertyValue", {
    PropertyName: "imageReference",
    Reason: `The specified imageReference with publisher ${publisher} offer ${offer} sku ${sku} is not supported.`,
  });
}
