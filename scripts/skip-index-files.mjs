/**
 * Imports from the `index.ts` of a floor as imports from the files that the names come from. esbuild divides a program by files: an
 * index file needs all that it exports, so whatever imports one name would load the whole floor.
 */
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import ts from "typescript";

/** @typedef {{ file: string, name: string }} Origin */

/** The names that a file exports from others. @type {Map<string, Map<string, Origin>>} */
const originsOfFiles = new Map();

/** @type {import("esbuild").Plugin} */
export const skipIndexFiles = {
  name: "skip-index-files",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => ({
      contents: importFromOrigins(path, await readFile(path, "utf8")),
      loader: "ts",
      resolveDir: dirname(path),
    }));
  },
};

/** @param {string} path @param {string} text */
function importFromOrigins(path, text) {
  let changed = text;
  const { statements } = parse(path, text);
  for (const statement of statements.toReversed()) {
    const imports = findImports(path, statement);
    if (imports === undefined) continue;
    const start = statement.getStart();
    // Every line keeps its number.
    const lines = text.slice(start, statement.end).split("\n").length - 1;
    changed = changed.slice(0, start) + imports + "\n".repeat(lines) + changed.slice(statement.end);
  }
  return changed;
}

/** What to import in place of a statement; `undefined` if it imports nothing from an index file. @param {string} path @param {ts.Statement} statement */
function findImports(path, statement) {
  if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return undefined;
  const from = resolveSource(path, statement.moduleSpecifier.text);
  const bindings = statement.importClause?.namedBindings;
  if (from === undefined || !/[\\/]index\.ts$/.test(from) || !bindings || !ts.isNamedImports(bindings))
    return undefined;
  if (statement.importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return undefined;
  const values = bindings.elements.filter(({ isTypeOnly }) => !isTypeOnly);
  return values
    .map((element) => {
      const { file, name } = findOrigin(from, (element.propertyName ?? element.name).text);
      const specifier = relative(dirname(path), file).replaceAll(sep, "/").replace(/\.ts$/, ".js");
      const binding = name === element.name.text ? name : `${name} as ${element.name.text}`;
      return `import { ${binding} } from ${JSON.stringify(specifier.startsWith(".") ? specifier : `./${specifier}`)};`;
    })
    .join(" ");
}

/** The file in which a name is declared. @param {string} file @param {string} name @returns {Origin} */
function findOrigin(file, name) {
  const origin = readOrigins(file).get(name);
  return origin === undefined ? { file, name } : findOrigin(origin.file, origin.name);
}

/** @param {string} path */
function readOrigins(path) {
  const known = originsOfFiles.get(path);
  if (known) return known;
  /** @type {Map<string, Origin>} */
  const origins = new Map();
  originsOfFiles.set(path, origins);
  for (const statement of parse(path, readFileSync(path, "utf8")).statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    if (!ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const file = resolveSource(path, statement.moduleSpecifier.text);
    if (file === undefined) continue;
    if (!statement.exportClause) for (const [name, origin] of readOrigins(file)) origins.set(name, origin);
    else if (ts.isNamedExports(statement.exportClause))
      for (const { name, propertyName } of statement.exportClause.elements)
        origins.set(name.text, { file, name: (propertyName ?? name).text });
  }
  return origins;
}

/** @param {string} path @param {string} text */
function parse(path, text) {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
}

/** The source of a relative import; `undefined` for a package. @param {string} importer @param {string} specifier */
function resolveSource(importer, specifier) {
  if (!specifier.startsWith(".")) return undefined;
  const file = resolve(join(dirname(importer), specifier.replace(/\.js$/, ".ts")));
  return existsSync(file) ? file : undefined;
}
