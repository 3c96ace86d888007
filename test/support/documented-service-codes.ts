/**
 * The error codes that Azure documents for the blob service, by their HTTP status. Sources: "Blob service error codes",
 * "Common REST API error codes", "Troubleshoot 403 errors in Azure Blob Storage". Left out is `ConditionNotMet` with status 304: no request here asks for it.
 */
const codesByStatus: Readonly<Record<number, string>> = {
  400: `BlockListTooLong ConditionHeadersNotSupported CopyAcrossAccountsNotSupported EmptyMetadataKey
    InvalidAuthenticationInfo InvalidBlobOrBlock InvalidBlobTier InvalidBlockId InvalidBlockList InvalidHeaderValue
    InvalidHttpVerb InvalidInput InvalidMd5 InvalidMetadata InvalidOperation InvalidQueryParameterValue
    InvalidResourceName InvalidUri InvalidVersionForPageBlobOperation InvalidXmlDocument InvalidXmlNodeValue Md5Mismatch
    MetadataTooLarge MissingRequiredHeader MissingRequiredQueryParameter MissingRequiredXmlNode
    MultipleConditionHeadersNotSupported OutOfRangeInput OutOfRangeQueryParameterValue PreviousSnapshotCannotBeNewer
    RequestUrlFailedToParse UnsupportedHeader UnsupportedQueryParameter UnsupportedXmlNode`,
  401: "InvalidAuthenticationInfo NoAuthenticationInformation",
  403: `AccountIsDisabled AuthenticationFailed AuthorizationFailure AuthorizationPermissionMismatch
    AuthorizationProtocolMismatch AuthorizationResourceTypeMismatch AuthorizationServiceMismatch
    AuthorizationSourceIPMismatch InsufficientAccountPermissions KeyBasedAuthenticationNotPermitted
    KeyVaultAccessTokenCannotBeAcquired KeyVaultEncryptionKeyNotFound KeyVaultVaultNotFound QueryParameterSasMandatory
    UnauthorizedBlobOverwrite`,
  404: "BlobNotFound ContainerNotFound ResourceNotFound",
  405: "UnsupportedHttpVerb",
  409: `AccountAlreadyExists AccountBeingCreated AccountProtectedFromDeletion BlobAlreadyExists BlobArchived
    BlobBeingRehydrated BlobImmutableDueToLegalHold BlobImmutableDueToPolicy BlobNotArchived BlobOperationNotSupported BlobOverwritten
    BlobTierInadequateForContentLength BlobUsesCustomerSpecifiedEncryption BlockCountExceedsLimit
    CannotChangeToLowerTier ContainerAlreadyExists ContainerBeingDeleted ContainerDisabled ContainerHasLegalHold
    ContainerImmutabilityPolicyLocked ContentLengthLargerThanTierLimit CopyIdMismatch FeatureVersionMismatch
    IncrementalCopyBlobMismatch IncrementalCopyOfEralierVersionSnapshotNotAllowed
    IncrementalCopySourceMustBeSnapshot InvalidBlobType InvalidSourceBlobType InvalidSourceBlobUrl LeaseAlreadyBroken
    LeaseAlreadyPresent LeaseIdMismatchWithLeaseOperation LeaseIsBreakingAndCannotBeAcquired
    LeaseIsBreakingAndCannotBeChanged LeaseIsBrokenAndCannotBeRenewed LeaseNotPresentWithLeaseOperation
    NoPendingCopyOperation OperationNotAllowedOnIncrementalCopyBlob PendingCopyOperation PreviousSnapshotNotFound
    PreviousSnapshotOperationNotSupported PublicAccessNotPermitted ResourceAlreadyExists ResourceTypeMismatch
    SequenceNumberIncrementTooLarge SnaphotOperationRateExceeded SnapshotCountExceeded SnapshotsPresent SystemInUse`,
  411: "MissingContentLengthHeader",
  412: `AppendPositionConditionNotMet ConditionNotMet InfiniteLeaseDurationRequired LeaseIdMismatchWithBlobOperation
    LeaseIdMismatchWithContainerOperation LeaseIdMissing LeaseLost LeaseNotPresentWithBlobOperation
    LeaseNotPresentWithContainerOperation MaxBlobSizeConditionNotMet SequenceNumberConditionNotMet
    SourceConditionNotMet TargetConditionNotMet`,
  413: "RequestBodyTooLarge",
  416: "InvalidPageRange InvalidRange",
  500: "CannotVerifyCopySource InternalError OperationTimedOut",
  503: "ServerBusy",
};

/** Each documented code with its status: `BlobNotFound 404`. */
export const documentedServiceCodes: readonly string[] = Object.entries(codesByStatus).flatMap(
  ([status, codes]) => codes.split(/\s+/).map((code) => `${code} ${status}`),
);
