import type { BlobServiceClient, ContainerClient } from "@azure/storage-blob";

/**
 * Carries out a lifecycle management policy once, as "Azure Blob Storage lifecycle management policy structure"
 * describes it: a filter set selects blobs by type, by the beginning of `<container>/<blob>` and by index tags, all of
 * which must match; of several actions for a blob, the one that saves most is carried out; append blobs are only
 * deleted. The ages of blobs come from the test. The document is checked as the service checks it.
 */
export async function runLifecyclePolicy(
  service: BlobServiceClient,
  document: unknown,
  ageInDays: (blobPath: string) => number,
): Promise<void> {
  const rules = readPolicy(document);
  for await (const { name: containerName } of service.listContainers()) {
    const container = service.getContainerClient(containerName);
    for await (const blob of container.listBlobsFlat({ includeTags: true })) {
      const path = `${containerName}/${blob.name}`;
      const found: StoredBlob = {
        path,
        type: blob.properties.blobType === "AppendBlob" ? "appendBlob" : "blockBlob",
        tags: blob.tags ?? {},
        age: ageInDays(path),
      };
      const actions = rules.flatMap((rule) => findActions(rule, found));
      await carryOut(container, blob.name, actions);
    }
  }
}

interface StoredBlob {
  readonly path: string;
  readonly type: "blockBlob" | "appendBlob";
  readonly tags: Readonly<Record<string, string>>;
  readonly age: number;
}

/** The most saving one first. */
const actionNames = ["delete", "tierToArchive", "tierToCold", "tierToCool"] as const;
type ActionName = (typeof actionNames)[number];

interface Rule {
  readonly name: string;
  readonly types: readonly string[];
  readonly prefixes: readonly string[];
  readonly tags: readonly { readonly name: string; readonly op: string; readonly value: string }[];
  readonly afterDays: Readonly<Partial<Record<ActionName, number>>>;
}

function findActions(rule: Rule, blob: StoredBlob): ActionName[] {
  const isSelected =
    rule.types.includes(blob.type) &&
    (rule.prefixes.length === 0 || rule.prefixes.some((prefix) => blob.path.startsWith(prefix))) &&
    rule.tags.every(({ name, value }) => blob.tags[name] === value);
  if (!isSelected) return [];
  return actionNames.filter((name) => {
    const days = rule.afterDays[name];
    return days !== undefined && blob.age > days && (name === "delete" || blob.type === "blockBlob");
  });
}

async function carryOut(container: ContainerClient, name: string, actions: ActionName[]): Promise<void> {
  const action = actionNames.find((candidate) => actions.includes(candidate));
  const client = container.getBlobClient(name);
  if (action === "delete") await client.delete();
  else if (action !== undefined) await client.setAccessTier(action.slice("tierTo".length));
}

function readPolicy(document: unknown): Rule[] {
  const { rules } = document as { rules: readonly unknown[] };
  check(rules.length >= 1 && rules.length <= 100, "1 to 100 rules");
  const read = rules.map(readRule);
  check(new Set(read.map(({ name }) => name)).size === read.length, "names are unique");
  return read;
}

function readRule(value: unknown): Rule {
  const { name, enabled, type, definition } = value as {
    readonly name: string;
    readonly enabled: boolean;
    readonly type: string;
    readonly definition: {
      readonly filters: {
        readonly blobTypes: readonly string[];
        readonly prefixMatch?: readonly string[];
        readonly blobIndexMatch?: Rule["tags"];
      };
      readonly actions: {
        readonly baseBlob: Readonly<Partial<Record<ActionName, Record<string, number>>>>;
      };
    };
  };
  const { blobTypes, prefixMatch = [], blobIndexMatch = [] } = definition.filters;
  const actions = Object.entries(definition.actions.baseBlob);
  check(/^[A-Za-z0-9]{1,256}$/.test(name), `the name ${name} has letters and digits alone`);
  check(enabled && type === "Lifecycle", `${name} is an enabled rule`);
  check(blobTypes.length > 0, `${name} has blob types`);
  check(prefixMatch.length <= 10, `${name} has at most 10 prefixes`);
  check(
    prefixMatch.every((prefix) => /^[a-z0-9-]{3,63}/.test(prefix)),
    `${name}: a prefix begins with a container`,
  );
  check(blobIndexMatch.length <= 10, `${name} has at most 10 tags`);
  check(
    blobIndexMatch.every(({ op }) => op === "=="),
    `${name} compares tags`,
  );
  check(actions.length > 0, `${name} has an action`);
  for (const [action, conditions] of actions) {
    check(Number.isInteger(conditions["daysAfterModificationGreaterThan"]), `${name}: whole days`);
    check(action === "delete" || !blobTypes.includes("appendBlob"), `${name}: append blobs have no tier`);
  }
  return {
    name,
    types: blobTypes,
    prefixes: prefixMatch,
    tags: blobIndexMatch,
    afterDays: Object.fromEntries(
      actions.map(([action, conditions]) => [action, conditions["daysAfterModificationGreaterThan"] ?? 0]),
    ),
  };
}

function check(isMet: boolean, condition: string): void {
  if (!isMet) throw new Error(`The service refuses the policy: ${condition}.`);
}
