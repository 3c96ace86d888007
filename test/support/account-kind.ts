import { describe, test } from "vitest";
import { useSharedAzurite } from "./use-shared-azurite.js";

/** Whether the account that the tests run against has a hierarchical namespace. */
export const isHierarchical = useSharedAzurite().kind === "hierarchical";

/** Why tests do not run against an account with a hierarchical namespace. All others do. */
const reasons = {
  tags: "the account has no index tags",
  delimiters: 'the account has no delimiter but "/"',
  pages: "the account's folders are entries of the pages that a listing is cut into, which the test counts",
} as const;

/** `test`, skipped where the account keeps the type of a blob, as Azure does and Azurite does not. */
export const testWhereTypesChange = test.skipIf(useSharedAzurite().kind !== undefined);

/** `test`, skipped where the account has a hierarchical namespace and therefore lacks what the test is about. */
export function testOnFlat(reason: keyof typeof reasons): ReturnType<typeof test.skipIf> {
  return test.skipIf(isHierarchical && reason in reasons);
}

/** `describe`, skipped as {@link testOnFlat} is. */
export function describeOnFlat(reason: keyof typeof reasons): ReturnType<typeof describe.skipIf> {
  return describe.skipIf(isHierarchical && reason in reasons);
}
