import type { LifecyclePolicy } from "../../outputs/index.js";

/** Formats the policy as a Bicep module for an account that exists. */
export function formatBicep(policy: LifecyclePolicy): string {
  return `@description('Name of the storage account that the outputs are in.')
param storageAccountName string

resource storageAccount 'Microsoft.Storage/storageAccounts@2023-05-01' existing = {
  name: storageAccountName
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01' = {
  parent: storageAccount
  name: 'default'
  properties: {
    policy: ${formatValue(policy, "    ")}
  }
}
`;
}

/** Formats a value of JSON. */
function formatValue(value: unknown, indent: string): string {
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${inner}${formatValue(item, inner)}\n`).join("")}${indent}]`;
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([name, member]) => `${inner}${name}: ${formatValue(member, inner)}\n`,
    );
    return `{\n${members.join("")}${indent}}`;
  }
  return typeof value === "string" ? formatString(value) : String(value);
}

/**
 * Source: "Data types in Bicep", Strings: a backslash and a quote are escaped, and "${" begins an interpolation. A kind
 * that begins with "{" follows the dollar sign of a blob name.
 */
function formatString(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replaceAll("${", "\\${");
  return `'${escaped}'`;
}
