/**
 * A lifecycle management policy of a storage account, in the form that Azure Resource Manager, Bicep and the Azure CLI
 * use.
 *
 * Source: "Azure Blob Storage lifecycle management policy structure".
 */
export interface LifecyclePolicy {
  readonly rules: readonly LifecyclePolicyRule[];
}

/** One rule of a {@link LifecyclePolicy}. */
export interface LifecyclePolicyRule {
  readonly name: string;
  readonly enabled: true;
  readonly type: "Lifecycle";
  readonly definition: {
    readonly filters: LifecycleFilters;
    readonly actions: LifecycleActions;
  };
}

/** Selects the blobs of a rule: those that all filters match. */
export interface LifecycleFilters {
  readonly blobTypes: readonly ("blockBlob" | "appendBlob")[];
  /** At most 10 beginnings of `<container>/<blob>`, case-sensitive and without wildcards. */
  readonly prefixMatch: readonly string[];
  readonly blobIndexMatch?: readonly { readonly name: string; readonly op: "=="; readonly value: string }[];
}

/** The actions of a rule, for a blob, its snapshots and its earlier versions. */
export interface LifecycleActions {
  readonly baseBlob: {
    readonly [action in "delete" | "tierToCool" | "tierToCold" | "tierToArchive"]?: {
      readonly daysAfterModificationGreaterThan: number;
      readonly daysAfterLastTierChangeGreaterThan?: number;
    };
  };
  readonly snapshot?: { readonly delete: { readonly daysAfterCreationGreaterThan: number } };
  readonly version?: { readonly delete: { readonly daysAfterCreationGreaterThan: number } };
}
