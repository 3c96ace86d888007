import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

import manifest from "../../package.json" with { type: "json" };
import { packageRoot } from "./npm-package.js";

/** Functions of one line, whose declaration says it all, need no example. */
const plain = /^(?:is|parse|format|require|to|jobIdFrom)[A-Z]/;

const entries = Object.entries(manifest.exports).flatMap(([path, target]) =>
  typeof target === "string" ? [] : [{ path, types: join(packageRoot, target.types) }],
);
const program = ts.createProgram(
  entries.map(({ types }) => types),
  { module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, types: ["node"], skipLibCheck: true },
);
const checker = program.getTypeChecker();

// That everything is documented is checked by npm run check -- api.
describe.each(entries)("of $path", ({ types }) => {
  test("every class and function that is exported has an example", () => {
    const source = program.getSourceFile(types);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new Error(`${types} is no module: run npm run build`);
    const symbols = checker.getExportsOfModule(module).map(resolveAlias);
    const withoutExample = symbols.filter(
      (symbol) =>
        (symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Function)) !== 0 &&
        !plain.test(symbol.name) &&
        !hasExample(symbol),
    );
    expect(withoutExample.map(({ name }) => name)).toEqual([]);
  });
});

/** Of a class, also in the documentation of one of its methods. */
function hasExample(symbol: ts.Symbol): boolean {
  const members = symbol.flags & ts.SymbolFlags.Class ? [...(symbol.members?.values() ?? [])] : [];
  const statics = [...(symbol.exports?.values() ?? [])];
  return [symbol, ...members, ...statics].some((each) =>
    each.getJsDocTags(checker).some(({ name }) => name === "example"),
  );
}

function resolveAlias(symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
