import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const folder = join(import.meta.dirname, "../../../docs/reference");

/**
 * What a program can call, by the API reports: `BatchOutputsClient.listJobs`, `new BatchOutputsClient`, `outputFile`. A method that
 * a class inherits is listed where it is declared.
 */
export function listPublicMethods(): string[] {
  const names = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".api.md"))) {
    const [, code = ""] = /```ts\n(.*)```/s.exec(readFileSync(join(folder, file), "utf8")) ?? [];
    for (const statement of ts.createSourceFile(file, code, ts.ScriptTarget.Latest).statements) {
      if (ts.isFunctionDeclaration(statement) && statement.name) names.add(statement.name.text);
      if (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) {
        const owner = statement.name?.text ?? "";
        for (const member of statement.members) {
          const called = nameCall(member);
          if (called !== undefined) names.add(called === "new" ? `new ${owner}` : `${owner}.${called}`);
        }
      }
    }
  }
  return [...names].sort();
}

function nameCall(member: ts.ClassElement | ts.TypeElement): string | undefined {
  if (ts.isConstructorDeclaration(member)) return "new";
  if (!ts.isMethodDeclaration(member) && !ts.isMethodSignature(member)) return undefined;
  const { name } = member;
  if (ts.isIdentifier(name)) return name.text;
  return ts.isComputedPropertyName(name) && ts.isPropertyAccessExpression(name.expression)
    ? name.expression.name.text
    : undefined;
}
