import { redactUrl } from "../../core/index.js";
import { authorizationCodes } from "./credential/authorization-error.js";
import type { Reason } from "./refusal/reason.js";
import type { RefusedRequest } from "./refusal/refused-request.js";
import type { ServiceCall } from "./service-call.js";

type Explain = (request: RefusedRequest, call: ServiceCall) => Reason;

/** Maps error codes of the service that have the same meaning here to their explanation. */
function mapCodes(codes: readonly string[], explain: Explain): Record<string, Explain> {
  return Object.fromEntries(codes.map((code) => [code, explain]));
}

/**
 * The error codes of Azure Storage, and the errors of this package. Sources: "Common REST API error codes", "Blob
 * service error codes", and `StorageErrorCode` of the service's API definition. Others are from published answers:
 * `BlobTypeNotSupported` (azure-cli issue 977), `BlobModifiedWhileReading` (azure-sdk-for-python issue 26126),
 * `BlobHasBeenModified` (azure-sdk-for-net issue 19311), `OperationNotSupportedOnDirectory` (azure-storage-fuse issue
 * 1068), `RequestForbiddenByContainerEncryptionPolicy` (the recordings of azure-sdk-for-js). `docs/reference/errors.md`
 * has the same list for users.
 */
const explanations: Readonly<Record<string, Explain>> = {
  ...authorizationCodes,
  ContainerNotFound: (_, { context, url }) => [
    "ContainerNotPrepared",
    `container "${context.containerName ?? ""}" does not exist at ${redactUrl(url)}: the job's output storage was not prepared, or it was deleted.`,
    { action: "prepare-output-storage", jobId: context.jobId },
  ],
  ContainerBeingDeleted: (_, { context }) => [
    "ContainerBeingDeleted",
    `container "${context.containerName ?? ""}" is being deleted; the service needs half a minute or more.`,
    { action: "try-again", afterInMs: 30_000 },
  ],
  ...mapCodes(["BlobNotFound", "PathNotFound"], explainMissingOutput),
  ResourceNotFound: ({ isAzurite }, { url }) =>
    isAzurite
      ? [
          "AccountUnavailable",
          `there is no such storage account at ${redactUrl(url)} (ResourceNotFound). Check the account's name in the address and in the connection string; without AZURITE_ACCOUNTS, Azurite has only the account devstoreaccount1.`,
        ]
      : explainMissingOutput(),
  ...mapCodes(["BlobAlreadyExists", "ContainerAlreadyExists", "ResourceAlreadyExists"], ({ code }) => [
    "OutputExists",
    `a blob with this name exists already (${code}).`,
    { action: "allow-overwrite" },
  ]),
  ...mapCodes(
    [
      "BlobHasBeenModified",
      "BlobModifiedWhileReading",
      "BlobOverwritten",
      "ConditionNotMet",
      "SourceConditionNotMet",
      "TargetConditionNotMet",
    ],
    ({ code }) => [
      "OutputChanged",
      `another program wrote or deleted it at the same time (${code}).`,
      { action: "try-again" },
    ],
  ),
  ...mapCodes(
    ["AppendPositionConditionNotMet", "MaxBlobSizeConditionNotMet", "PendingCopyOperation", "SystemInUse"],
    ({ code }) => [
      "AnotherWriter",
      `another program is writing it (${code}).`,
      { action: "use-another-destination" },
    ],
  ),
  ...mapCodes(["InvalidBlobType", "InvalidBlobOrBlock", "InvalidBlockId", "InvalidBlockList"], ({ code }) => [
    "AnotherWriter",
    `another program has written a blob of another type, or blocks of its own, under this name (${code}).`,
    { action: "use-another-destination" },
  ]),
  ...mapCodes(
    [
      "InfiniteLeaseDurationRequired",
      "LeaseAlreadyBroken",
      "LeaseAlreadyPresent",
      "LeaseIdMismatchWithBlobOperation",
      "LeaseIdMismatchWithContainerOperation",
      "LeaseIdMismatchWithLeaseOperation",
      "LeaseIdMissing",
      "LeaseIsBreakingAndCannotBeAcquired",
      "LeaseIsBreakingAndCannotBeChanged",
      "LeaseIsBrokenAndCannotBeRenewed",
      "LeaseLost",
      "LeaseNotPresentWithBlobOperation",
      "LeaseNotPresentWithContainerOperation",
      "LeaseNotPresentWithLeaseOperation",
    ],
    ({ code }, { context }) => [
      "OutputLeased",
      `another program holds a lease on the ${context.path === undefined ? "container" : "output"} (${code}), which reserves it for that program.`,
      { action: "release-lease" },
    ],
  ),
  BlobArchived: ({ isWrite }) => [
    "OutputArchived",
    isWrite
      ? "an output of this name is in the access tier Archive, where it can be deleted, but neither changed nor replaced."
      : "the output is in the access tier Archive and cannot be read there.",
    { action: "rehydrate" },
  ],
  BlobBeingRehydrated: () => [
    "OutputArchived",
    "the output is being rehydrated from the access tier Archive, which takes up to 15 hours.",
    { action: "try-again" },
  ],
  ...mapCodes(
    ["BlobImmutableDueToPolicy", "ContainerImmutabilityPolicyLocked", "AccountProtectedFromDeletion"],
    ({ code }) => [
      "OutputImmutable",
      `an immutability policy protects it from being changed or deleted (${code}). It can be deleted when the retention period of the policy has ended.`,
    ],
  ),
  ContainerImmutableStorageWithVersioningEnabled: ({ code }) => [
    "OutputImmutable",
    `the container has version-level immutability support, so requests to the store cannot delete it (${code}). Delete its outputs, then the container in the Azure portal or with \`az storage container-rm delete\`.`,
  ],
  ...mapCodes(["BlobImmutableDueToLegalHold", "ContainerHasLegalHold"], ({ code }) => [
    "OutputImmutable",
    `a legal hold protects it from being changed or deleted (${code}). It can be deleted when the hold is cleared.`,
  ]),
  ...mapCodes(
    [
      "BlobTierInadequateForContentLength",
      "BlockCountExceedsLimit",
      "BlockListTooLong",
      "ContentLengthLargerThanTierLimit",
      "RequestBodyTooLarge",
    ],
    ({ code }) => [
      "OutputTooLarge",
      `it exceeds a limit of the service for the size or the number of blocks of a blob (${code}).`,
    ],
  ),
  ...mapCodes(["InvalidMd5", "Md5Mismatch", "Crc64Mismatch"], ({ code }) => [
    "DigestMismatch",
    `the bytes that the store received differ from those that were sent (${code}).`,
    { action: "try-again" },
  ]),
  ...mapCodes(["AccountIsDisabled", "ContainerDisabled"], ({ code }) => [
    "AccountUnavailable",
    `the ${code === "ContainerDisabled" ? "container" : "storage account"} is disabled (${code}). An owner of the subscription can find out why.`,
  ]),
  ...mapCodes(["AccountAlreadyExists", "AccountBeingCreated"], ({ code }) => [
    "AccountUnavailable",
    `the storage account is not ready (${code}).`,
    { action: "try-again" },
  ]),
  ...mapCodes(
    ["KeyVaultAccessTokenCannotBeAcquired", "KeyVaultEncryptionKeyNotFound", "KeyVaultVaultNotFound"],
    ({ code }) => [
      "AccountUnavailable",
      `the storage account is encrypted with a key in Azure Key Vault that it cannot use (${code}): the key, the vault or the account's identity was deleted or disabled, or the vault does not admit the identity. An owner of the account can restore it.`,
    ],
  ),
  InsufficientAccountPermissions: ({ isWrite }) => [
    "AccountUnavailable",
    isWrite
      ? "the account does not accept writes at this address (InsufficientAccountPermissions): a secondary endpoint can only be read."
      : "the account does not accept reads at this address (InsufficientAccountPermissions).",
  ],
  ...mapCodes(
    [
      "BlobAccessTierNotSupportedForAccountType",
      "BlobOperationNotSupported",
      "CannotChangeToLowerTier",
      "FeatureNotYetSupportedForHierarchicalNamespaceAccounts",
      "FeatureVersionMismatch",
      "InvalidBlobTier",
      "OperationNotAllowedOnIncrementalCopyBlob",
      "UnsupportedHeader",
      "UnsupportedHttpVerb",
      "UnsupportedQueryParameter",
      "UnsupportedXmlNode",
    ],
    ({ code }) => [
      "FeatureNotSupported",
      `this kind of storage account or blob does not support it (${code}). Accounts with a hierarchical namespace have no index tags, and premium accounts have no access tiers.`,
    ],
  ),
  BlobTypeNotSupported: () => [
    "FeatureNotSupported",
    "this kind of storage account does not have blobs of this type (BlobTypeNotSupported). Outputs are block blobs, which an account for page blobs does not have; tracked files are append blobs, which not every premium account has.",
  ],
  BlobUsesCustomerSpecifiedEncryption: () => [
    "FeatureNotSupported",
    "the blob is encrypted with a customer-provided key (BlobUsesCustomerSpecifiedEncryption), which must be sent with each request. This package does not support that.",
  ],
  ...mapCodes(["OperationNotSupportedOnDirectory", "ResourceTypeMismatch"], ({ code }) => [
    "RequestRefused",
    `a folder of the account has this name, or a file has the name of one of its folders (${code}): in an account with a hierarchical namespace a folder and a file cannot have the same name.`,
    { action: "use-another-destination" },
  ]),
  DirectoryIsNotEmpty: () => [
    "RequestRefused",
    "it is a folder of an account with a hierarchical namespace, and is not empty (DirectoryIsNotEmpty). Delete its content first.",
  ],
  InvalidHeaderValue: ({ invalidHeader: [name] = [""], unknownVersion }) => {
    if (unknownVersion === undefined)
      return [
        "RequestRefused",
        `the store did not accept a header of the request${name === "" ? "" : `, ${name}`} (InvalidHeaderValue, HTTP status 400).`,
      ];
    return [
      "RequestRefused",
      `the store does not support version ${unknownVersion} of the Blob service's interface (InvalidHeaderValue): it is older than this package. This can be an emulator or Azure Stack Hub.`,
      { action: "update-azurite" },
    ];
  },
  RequestForbiddenByContainerEncryptionPolicy: () => [
    "RequestRefused",
    "the container requires that its blobs are encrypted with its own encryption scope, and the request is for another scope or key (RequestForbiddenByContainerEncryptionPolicy).",
  ],
  SnapshotsPresent: () => [
    "RequestRefused",
    'the output has snapshots (SnapshotsPresent). Delete them too, with deleteSnapshots "include".',
  ],
  ...mapCodes(["InternalError", "OperationTimedOut", "ServerBusy", "TooManyRequests"], ({ code }) => [
    "StoreBusy",
    `the store is too busy, or has an internal error (${code}).`,
    { action: "try-again" },
  ]),
};

function explainMissingOutput(): Reason {
  return ["OutputNotFound", "there is no such output in the store.", { action: "list", what: "outputs" }];
}

/** Returns the reason for an error code of the service; `undefined` for a code that this package does not know. */
export function explainServiceCode(request: RefusedRequest, call: ServiceCall): Reason | undefined {
  return Object.hasOwn(explanations, request.code) ? explanations[request.code]?.(request, call) : undefined;
}
