/**
 * Puts the files that some entries of a bundle load at once into one file each time. esbuild makes a file for each set of entries that
 * share something, and Node.js takes about a millisecond for each (docs/decisions/0010).
 */
import { build } from "esbuild";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import ts from "typescript";

/**
 * @typedef {object} Group
 * @property {string} name of the merged file
 * @property {readonly string[]} entries the sources whose files are merged, without those of earlier groups
 */

/**
 * @param {import("esbuild").BuildResult<{ metafile: true, write: false }>} bundle ES modules, with inline maps if with any
 * @param {readonly Group[]} groups
 * @param {{ folder: string, options: import("esbuild").BuildOptions }} how where merged files go, and the options of the bundle
 * @returns {Promise<Map<string, string>>} the text of each file, by its path
 */
export async function mergeChunks({ metafile, outputFiles }, groups, { folder, options }) {
  const { outputs } = metafile;
  const files = new Map(outputFiles.map(({ path, text }) => [toName(path), text]));
  for (const { name, entries } of groups) {
    const merged = new Set(
      entries
        .flatMap((entry) => findLoaded(outputs, files, entry))
        // Neither entries nor what an earlier group was merged into.
        .filter((file) => outputs[file] !== undefined && outputs[file].entryPoint === undefined),
    );
    if (merged.size < 2) continue;
    const target = join(folder, `${name}.js`).replaceAll(sep, "/");
    const aliases = nameExports(outputs, merged);
    files.set(target, await merge(files, merged, aliases, target, options));
    for (const file of merged) files.delete(file);
    for (const [file, text] of files)
      if (file !== target) files.set(file, redirect(file, text, aliases, target));
  }
  return files;
}

/**
 * The files that a source entry loads at once, by imports with names: the others are for nothing but an order of side effects, of which
 * there are none.
 *
 * @param {import("esbuild").Metafile["outputs"]} outputs @param {ReadonlyMap<string, string>} files @param {string} entry
 */
function findLoaded(outputs, files, entry) {
  const first = Object.keys(outputs).find((file) => outputs[file]?.entryPoint === entry);
  if (first === undefined) throw new Error(`${entry} is no entry of the bundle`);
  const found = new Set([first]);
  for (const file of found)
    for (const { from, statement } of findImports(file, files.get(file) ?? ""))
      if (statement.importClause !== undefined && files.has(from)) found.add(from);
  return [...found];
}

/** The imports of a file from others of the bundle, the last one first. @param {string} file @param {string} text */
function findImports(file, text) {
  const { statements } = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  return statements.toReversed().flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) return [];
    const { text: specifier } = statement.moduleSpecifier;
    return specifier.startsWith(".") ? [{ statement, from: toName(resolve(dirname(file), specifier)) }] : [];
  });
}

/**
 * The name in the merged file of each export of each file.
 * @param {import("esbuild").Metafile["outputs"]} outputs @param {ReadonlySet<string>} merged
 */
function nameExports(outputs, merged) {
  return new Map(
    [...merged].map((file, index) => {
      const names = (outputs[file]?.exports ?? []).map(
        (name) => /** @type {const} */ ([name, `${name}_${index}`]),
      );
      return [file, new Map(names)];
    }),
  );
}

/** @typedef {ReadonlyMap<string, ReadonlyMap<string, string>>} Aliases of the exports of files */

/**
 * @param {ReadonlyMap<string, string>} files @param {ReadonlySet<string>} merged @param {Aliases} aliases @param {string} target
 * @param {import("esbuild").BuildOptions} options
 */
async function merge(files, merged, aliases, target, options) {
  const lines = [...aliases].map(([file, names]) => {
    const list = [...names].map(([name, alias]) => `${name} as ${alias}`).join(", ");
    return `export { ${list} } from ${JSON.stringify(`./${file}`)};`;
  });
  const { outputFiles } = await build({
    ...options,
    stdin: { contents: lines.join("\n"), resolveDir: ".", sourcefile: basename(target) },
    bundle: true,
    splitting: false,
    write: false,
    outdir: dirname(target),
    plugins: [
      {
        name: "merged-files",
        setup(bundle) {
          bundle.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
            const file = toName(resolve(resolveDir, path));
            return merged.has(file)
              ? { path: file, namespace: "merged", sideEffects: false }
              : { path: toSpecifier(target, file), external: true };
          });
          bundle.onLoad({ filter: /.*/, namespace: "merged" }, ({ path }) => ({
            contents: files.get(path) ?? "",
            resolveDir: resolve(dirname(path)),
          }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

/** Imports from merged files as imports from the merged one, on lines with the same numbers. @param {string} file @param {string} text @param {Aliases} aliases @param {string} target */
function redirect(file, text, aliases, target) {
  let changed = text;
  for (const { statement, from } of findImports(file, text)) {
    const names = aliases.get(from);
    if (names === undefined) continue;
    const bindings = statement.importClause?.namedBindings;
    const elements = bindings && ts.isNamedImports(bindings) ? bindings.elements : [];
    const list = elements.map(
      ({ name, propertyName }) => `${names.get((propertyName ?? name).text) ?? ""} as ${name.text}`,
    );
    const start = statement.getStart();
    const removed = text.slice(start, statement.end);
    const padding = "\n".repeat(removed.split("\n").length - 1);
    const imports =
      list.length === 0
        ? ""
        : `import { ${list.join(", ")} } from ${JSON.stringify(toSpecifier(file, target))};`;
    changed = changed.slice(0, start) + imports + padding + changed.slice(statement.end);
  }
  return changed;
}

/** The path as the metafile has it. @param {string} path */
function toName(path) {
  return relative(".", path).replaceAll(sep, "/");
}

/** @param {string} from @param {string} to */
function toSpecifier(from, to) {
  const path = relative(dirname(from), to).replaceAll(sep, "/");
  return path.startsWith(".") ? path : `./${path}`;
}
