/**
 * A lifecycle management policy of a storage account, in the form that Azure Resource Manager, Bicep and the Azure CLI
 * use.
 *
 * Source: "Azure Blob Storage lifecycle management policy structure".
 */
export interface LifecyclePolicy {
  /** The rules of the policy, of which Azure allows 100 in an account. */
  readonly rules: readonly LifecyclePolicyRule[];
}

/** One rule of a {@link LifecyclePolicy}. */
export interface LifecyclePolicyRule {
  /** The name of the rule, unique in the policy. */
  readonly name: string;
  /** Whether Azure applies the rule. */
  readonly enabled: true;
  /** The only type that Azure knows. */
  readonly type: "Lifecycle";
  /** Which blobs it applies to, and what is done with them. */
  readonly definition: {
    readonly filters: LifecycleFilters;
    readonly actions: LifecycleActions;
  };
}

/** Selects the blobs of a rule: those that all filters match. */
export interface LifecycleFilters {
  /** Outputs are block blobs, tracked logs are append blobs. */
  readonly blobTypes: readonly ("blockBlob" | "appendBlob")[];
  /** At most 10 beginnings of `<container>/<blob>`, case-sensitive and without wildcards. */
  readonly prefixMatch: readonly string[];
  /** Index tags that a blob must have. */
  readonly blobIndexMatch?: readonly { readonly name: string; readonly op: "=="; readonly value: string }[];
}

/** The actions of a rule, for a blob, its snapshots and its earlier versions. */
export interface LifecycleActions {
  /** What is done with a blob: each action, and after how many whole days. */
  readonly baseBlob: {
    readonly [action in "delete" | "tierToCool" | "tierToCold" | "tierToArchive"]?: {
      readonly daysAfterModificationGreaterThan: number;
      readonly daysAfterLastTierChangeGreaterThan?: number;
    };
  };
  /** What is done with its snapshots. */
  readonly snapshot?: { readonly delete: { readonly daysAfterCreationGreaterThan: number } };
  /** What is done with its previous versions. */
  readonly version?: { readonly delete: { readonly daysAfterCreationGreaterThan: number } };
}
