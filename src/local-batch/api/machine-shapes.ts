import { registry } from "./command-shapes.js";
import { Refusal } from "./refusal.js";
import {
  enumeration,
  type Given,
  ignoring,
  integer,
  list,
  object,
  openObject,
  required,
  type Shape,
  text,
} from "./shape.js";

/**
 * The description of a pool's virtual machines. Nodes are folders here, so it has no effect: known properties are checked
 * and returned as Azure returns them.
 */

const galleryImage =
  /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Compute\/galleries\/[^/]+\/images\/[^/]+(\/versions\/[^/]+)?$/i;

const imageId: Shape<string> = (value, path) => {
  const id = text()(value, path);
  if (galleryImage.test(id)) return id;
  throw new Refusal("InvalidPropertyValue", {
    PropertyName: path,
    PropertyValue: id,
    Reason:
      "It must be the resource id of an image in an Azure Compute Gallery: /subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Compute/galleries/{galleryName}/images/{imageDefinitionName}/versions/{versionId}",
  });
};

const imageReference = openObject({
  publisher: text(),
  offer: text(),
  sku: text(),
  version: text(),
  virtualMachineImageId: imageId,
});

const dataDisk = openObject({
  lun: integer(0, 63),
  diskSizeGB: integer(1, 32_767),
  caching: enumeration("none", "readonly", "readwrite"),
  storageAccountType: enumeration("standard_lrs", "premium_lrs", "standardssd_lrs"),
});

const osDisk = openObject({
  caching: enumeration("None", "ReadOnly", "ReadWrite"),
  diskSizeGB: integer(1, 32_767),
});

const percentage = integer(0, 100);

/** How the operating system of nodes is upgraded. It has no effect here. */
export const upgradePolicy = openObject({
  rollingUpgradePolicy: openObject({
    maxBatchInstancePercent: percentage,
    maxUnhealthyInstancePercent: percentage,
    maxUnhealthyUpgradedInstancePercent: percentage,
  }),
});

/** Settings that clients do not see again. */
const secretSettings = new Set(["protectedSettings"]);

export const virtualMachineConfiguration = openObject({
  imageReference,
  containerConfiguration: openObject({ containerRegistries: list(registry) }),
  extensions: list(ignoring(secretSettings, openObject({}))),
  nodeAgentSKUId: text(),
  dataDisks: list(dataDisk),
  osDisk,
  nodePlacementConfiguration: openObject({ policy: enumeration("Regional", "Zonal") }),
  securityProfile: openObject({ securityType: enumeration("trustedlaunch", "confidentialvm") }),
});

export const cloudServiceConfiguration = openObject({ osFamily: text(), osVersion: text() });

const certificateReference = object({
  thumbprint: required(text()),
  thumbprintAlgorithm: required(text()),
  storeLocation: enumeration("CurrentUser", "LocalMachine"),
  storeName: text(),
  visibility: list(enumeration("starttask", "task", "remoteuser")),
});

/** The certificates of API versions before 2024-07-01. They are not installed; the references are stored and returned. */
export const certificateReferences = list(certificateReference);

const securityGroupRule = openObject({
  priority: integer(1, 4_096),
  access: enumeration("allow", "deny"),
  sourceAddressPrefix: text(),
  sourcePortRanges: list(text()),
});

const inboundNatPool = openObject({
  name: text(),
  protocol: enumeration("tcp", "udp"),
  backendPort: integer(1, 65_535),
  frontendPortRangeStart: integer(1, 65_535),
  frontendPortRangeEnd: integer(1, 65_535),
  networkSecurityGroupRules: list(securityGroupRule),
});

export const networkConfiguration = openObject({
  subnetId: text(),
  dynamicVNetAssignmentScope: enumeration("none", "job"),
  endpointConfiguration: openObject({ inboundNATPools: list(inboundNatPool) }),
});

/** A shape of a secret that is checked but not stored: it is not needed here. */
const secret: Shape<undefined> = (value, path) => {
  text()(value, path);
  return undefined;
};

/** File systems of a pool. They are not mounted here: nodes of such a pool cannot be used. Keys are not stored. */
export const mountConfiguration = list(
  object({
    azureBlobFileSystemConfiguration: openObject({
      accountName: required(text()),
      containerName: required(text()),
      relativeMountPath: required(text()),
      accountKey: secret,
      sasKey: secret,
    }),
    nfsMountConfiguration: openObject({ source: required(text()), relativeMountPath: required(text()) }),
    cifsMountConfiguration: openObject({
      username: required(text()),
      source: required(text()),
      relativeMountPath: required(text()),
      password: secret,
    }),
    azureFileShareConfiguration: openObject({
      accountName: required(text()),
      azureFileUrl: required(text()),
      relativeMountPath: required(text()),
      accountKey: secret,
    }),
  }),
);

/** User accounts are stored and returned, but have no effect: every task runs as the user of this process. */
export const userAccounts = list(
  object({
    name: text(),
    password: text(),
    elevationLevel: enumeration("nonadmin", "admin"),
    linuxUserConfiguration: openObject({ sshPrivateKey: text() }),
    windowsUserConfiguration: openObject({ loginMode: enumeration("batch", "interactive") }),
  }),
  100,
);

export type GivenCertificates = Given<typeof certificateReferences>;
export type GivenMachine = Given<typeof virtualMachineConfiguration>;
export type GivenNatPool = Given<typeof inboundNatPool>;
export type GivenNetwork = Given<typeof networkConfiguration>;
export type GivenUserAccounts = Given<typeof userAccounts>;
