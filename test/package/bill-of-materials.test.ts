import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { packageRoot } from "./npm-package.js";

interface BillOfMaterials {
  components: {
    "bom-ref": string;
    name: string;
    licenses?: { expression?: string; license?: { id: string } }[];
    properties: { value: string }[];
  }[];
  metadata: { component: { "bom-ref": string } };
  dependencies: { ref: string; dependsOn: string[] }[];
}

describe("the bill of materials of a release", () => {
  let bom: BillOfMaterials;

  beforeAll(() => {
    using folder = createDisposableFolder();
    const script = join(packageRoot, "scripts/release/write-sbom.mjs");
    execFileSync(process.execPath, [script, folder.path], { cwd: packageRoot, stdio: "pipe" });
    const { version } = readJson("package.json") as { version: string };
    const path = join(folder.path, `azure-batch-outputs-${version}.cdx.json`);
    bom = JSON.parse(readFileSync(path, "utf8")) as BillOfMaterials;
  });

  test("is valid by the schema of CycloneDX 1.6", () => {
    const validate = compileSchema();
    expect(validate(bom) ? [] : validate.errors).toEqual([]);
    expect(validate({ ...bom, components: [{ type: "library" }] })).toBe(false);
  });

  test("names what is bundled, what is installed beside the package, and what is in the executables", () => {
    const usedIn = new Map(
      bom.components.map(({ name, properties }) => [name, properties.map(({ value }) => value)]),
    );
    expect(usedIn.get("react")).toEqual(["viewer page"]);
    expect(usedIn.get("commander")).toEqual(["command line"]);
    expect(usedIn.get("hono")).toEqual(["library", "command line"]);
    expect(usedIn.get("@azure/storage-blob")).toContain("dependency");
    expect(usedIn.get("@azure/msal-node")).toEqual(["executable"]);
    expect(usedIn.get("Node.js")).toEqual(["executable"]);
    // Of what npm installs, also what the dependencies need.
    expect(usedIn.get("@typespec/ts-http-runtime")).toContain("dependency");
  });

  test("gives each component once, with a licence that SPDX knows", () => {
    const references = bom.components.map((component) => component["bom-ref"]);
    expect(new Set(references).size).toBe(references.length);
    const { enum: known } = readJson("test/package/schemas/spdx.SNAPSHOT.schema.json") as { enum: string[] };
    const unknown = bom.components.filter(({ licenses = [] }) => {
      const ids = licenses.flatMap(({ expression, license }) =>
        (expression ?? license?.id ?? "").split(/ (?:AND|OR|WITH) |[()]/).filter((id) => id !== ""),
      );
      return ids.length === 0 || ids.some((id) => !known.includes(id));
    });
    expect(unknown).toEqual([]);
  });

  test("refers to nothing but its components", () => {
    const references = new Set(bom.components.map((component) => component["bom-ref"]));
    references.add(bom.metadata.component["bom-ref"]);
    const named = bom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((ref) => !references.has(ref))).toEqual([]);
  });
});

function compileSchema(): ReturnType<Ajv["compile"]> {
  // Not strict: the schema has annotations of its own ("meta:enum").
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats.default(ajv);
  // Of JSON Schema 2019, which ajv-formats does not know: an address with letters of any language.
  ajv.addFormat("iri-reference", { validate: (text: string) => URL.canParse(text, "http://localhost/") });
  ajv.addFormat("idn-email", /^[^@\s]+@[^@\s]+$/);
  for (const name of ["spdx", "jsf-0.82"])
    ajv.addSchema(readSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(readSchema("bom-1.6"));
}

function readSchema(name: string): object {
  return readJson(`test/package/schemas/${name}.SNAPSHOT.schema.json`) as object;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(join(packageRoot, path), "utf8"));
}
