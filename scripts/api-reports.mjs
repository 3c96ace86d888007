/**
 * The API reports in docs/reference/: one for each entry point of package.json `exports` that has types.
 *
 * `node scripts/api-reports.mjs` fails where a report is out of date, where a declaration names a type that no entry point
 * exports, or where one has no documentation; with `--update` it writes the reports anew. Both read dist/ as it was built.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const base = resolve("api-extractor.json");
const isUpdate = process.argv.includes("--update");

/**
 * @typedef {object} EntryPoint
 * @property {string} types its declarations
 * @property {string} [report] the report's file name; without it the entry point is only checked
 * @property {boolean} isComplete whether it has to export every type that it names
 */

/** @returns {EntryPoint[]} */
function readEntryPoints() {
  /** @type {unknown} */
  const parsed = JSON.parse(readFileSync("package.json", "utf8"));
  const { name, exports } =
    /** @type {{ name: string, exports: Record<string, string | { types?: string }> }} */ (parsed);
  return Object.entries(exports).flatMap(([path, target]) => {
    const types = typeof target === "string" ? undefined : target.types;
    const report = `${name}${path.slice(1).replaceAll("/", "-")}.api.md`;
    return types === undefined ? [] : [{ report, types, isComplete: path === "." }];
  });
}

/**
 * All entry points as one. A sub-path names types of others, as `azure-batch-outputs/batch` names `BatchOutputsClient`: those
 * are documented once, where they are exported.
 * @param {EntryPoint[]} entryPoints
 * @returns {EntryPoint}
 */
function combine(entryPoints) {
  mkdirSync("temp", { recursive: true });
  const types = "temp/all-entry-points.d.ts";
  const paths = entryPoints.map((one) => relative("temp", one.types).replace(/\.d\.ts$/, ".js"));
  const comment = "/** @packageDocumentation */\n";
  writeFileSync(types, comment + paths.map((path) => `export * from ${JSON.stringify(path)};\n`).join(""));
  return { types, isComplete: true };
}

/**
 * @param {EntryPoint} entryPoint
 * @returns {boolean} whether nothing is wrong with it
 */
function extract({ report, types, isComplete }) {
  const config = ExtractorConfig.loadFile(base);
  config.mainEntryPointFilePath = resolve(types);
  config.apiReport = { ...config.apiReport, enabled: report !== undefined, reportFileName: report ?? "" };
  const reporting = ((config.messages ??= {}).extractorMessageReporting ??= {});
  reporting["ae-forgotten-export"] = {
    logLevel: isComplete ? ExtractorLogLevel.Error : ExtractorLogLevel.None,
    // By default API Extractor writes it into the report, where it fails nothing.
    addToApiReportFile: false,
  };
  // Users read the declarations in their editor: each says what it means.
  reporting["ae-undocumented"] = { logLevel: ExtractorLogLevel.Error, addToApiReportFile: false };
  const prepared = ExtractorConfig.prepare({
    configObject: config,
    configObjectFullPath: base,
    packageJsonFullPath: resolve("package.json"),
  });
  const { succeeded } = Extractor.invoke(prepared, { localBuild: isUpdate });
  console.log(`${succeeded ? "ok    " : "FAILED"} ${report ?? "all entry points"}`);
  return succeeded;
}

const entryPoints = readEntryPoints();
const results = [...entryPoints, combine(entryPoints)].map(extract);
process.exitCode = results.every(Boolean) ? 0 : 1;
