import type {
  GivenCertificates,
  GivenMachine,
  GivenNatPool,
  GivenNetwork,
  GivenUserAccounts,
} from "./machine-shapes.js";
import { isWindowsPool } from "./is-windows-pool.js";
import { fillIdentity } from "./task-defaults.js";
import { defaultAutoScaleInterval, type GivenPool, poolDefaults } from "./pool-shapes.js";
import type { GivenStartTask } from "./task-shapes.js";

/** Adds the service's defaults to a whole pool: one that a client adds, or that a job or schedule specifies. */
export function fillPoolDefaults<P extends Omit<GivenPool, "id">>(given: P): P {
  return {
    ...poolDefaults,
    taskSchedulingPolicy: { nodeFillType: "Spread" },
    ...(given.enableAutoScale === true && { autoScaleEvaluationInterval: defaultAutoScaleInterval }),
    ...withPoolDefaults(given),
  };
}

/** Adds the service's defaults to the given properties of a pool, and normalizes their spelling. */
export function withPoolDefaults<P extends Partial<GivenPool>>(given: P): P {
  const { vmSize, startTask, virtualMachineConfiguration: machine, networkConfiguration: network } = given;
  const { cloudServiceConfiguration: cloudService, userAccounts, certificateReferences } = given;
  return {
    ...given,
    ...(vmSize !== undefined && { vmSize: vmSize.toLowerCase() }),
    ...(startTask && { startTask: withStartTaskDefaults(startTask) }),
    ...(machine && { virtualMachineConfiguration: withMachineDefaults(machine) }),
    ...(cloudService && { cloudServiceConfiguration: { osVersion: "*", ...cloudService } }),
    ...(network && { networkConfiguration: withNetworkDefaults(network) }),
    ...(userAccounts && { userAccounts: removeSecrets(userAccounts, given) }),
    ...(certificateReferences && { certificateReferences: withCertificateDefaults(certificateReferences) }),
  };
}

function withStartTaskDefaults(given: GivenStartTask): GivenStartTask {
  return {
    maxTaskRetryCount: 0,
    waitForSuccess: true,
    ...given,
    userIdentity: fillIdentity(given.userIdentity),
  };
}

function withMachineDefaults(given: GivenMachine): GivenMachine {
  const { imageReference, dataDisks, osDisk } = given;
  const isMarketplaceImage = imageReference?.publisher !== undefined;
  return {
    ...given,
    ...(imageReference && {
      imageReference: isMarketplaceImage
        ? { ...imageReference, version: imageReference.version ?? "latest" }
        : imageReference,
    }),
    ...(osDisk && { osDisk: { ephemeralOSDiskSettings: {}, ...osDisk } }),
    ...(dataDisks && {
      dataDisks: dataDisks.map((disk) => ({ caching: "none", storageAccountType: "standard_lrs", ...disk })),
    }),
  };
}

function withNetworkDefaults(given: GivenNetwork): GivenNetwork {
  const { endpointConfiguration: endpoints } = given;
  const pools = endpoints?.inboundNATPools;
  return {
    dynamicVNetAssignmentScope: "none",
    ...given,
    ...(pools && { endpointConfiguration: { ...endpoints, inboundNATPools: pools.map(withRuleDefaults) } }),
  };
}

function withRuleDefaults(pool: GivenNatPool): GivenNatPool {
  const { networkSecurityGroupRules: rules } = pool;
  if (!rules) return pool;
  return {
    ...pool,
    networkSecurityGroupRules: rules.map((rule) => ({ sourcePortRanges: ["*"], ...rule })),
  };
}

function withCertificateDefaults(given: GivenCertificates): GivenCertificates {
  return given.map((reference) => ({
    storeLocation: "CurrentUser",
    storeName: "My",
    visibility: ["starttask", "task", "remoteuser"],
    ...reference,
    thumbprint: reference.thumbprint.toLowerCase(),
  }));
}

/** Removes passwords and keys, which are not needed here. */
function removeSecrets(accounts: GivenUserAccounts, pool: Partial<GivenPool>): GivenUserAccounts {
  const loginMode = pool.cloudServiceConfiguration ? "interactive" : "batch";
  return accounts.map(({ password: _, linuxUserConfiguration, ...account }) => {
    const { sshPrivateKey: _key, ...linux } = linuxUserConfiguration ?? {};
    return {
      elevationLevel: "nonadmin",
      ...(isWindowsPool(pool) && { windowsUserConfiguration: { loginMode } }),
      ...account,
      ...(linuxUserConfiguration && { linuxUserConfiguration: linux }),
    };
  });
}
