import { readFileSync } from "node:fs";
import { join } from "node:path";

/** An operation as the OpenAPI definitions have it. */
export interface Operation {
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly OperationParameter[];
  readonly body?: object;
  readonly bodyRequired?: boolean;
  readonly responses: Readonly<
    Record<string, { readonly schema?: object; readonly headers: readonly string[] }>
  >;
}

export interface OperationParameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required?: boolean;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One version of the API. */
export interface Contract {
  readonly apiVersion: string;
  readonly operations: readonly Operation[];
  readonly definitions: Readonly<Record<string, object>>;
}

/** The versions that exchanges can be held against. */
export const contractVersions = ["2022-10-01.16.0", "2024-07-01.20.0", "2025-06-01"] as const;

export function readContract(apiVersion: string): Contract {
  return JSON.parse(readFileSync(join(import.meta.dirname, `${apiVersion}.json`), "utf8")) as Contract;
}
