import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const folder = join(import.meta.dirname, "../../../docs/reference");

/**
 * What a program can call, by the API reports: `BatchOutputsClient.listJobs`, `new BatchOutputsClient`, `outputFile`. A method that
 * a class inherits is listed where it is declared.
 */
export function listPublicMethods(): string[] {
  return listCalls(() => true);
}

/** The public methods that have a parameter `options`. */
export function listMethodsWithOptions(): string[] {
  return listCalls(({ parameters }) =>
    parameters.some(({ name }) => ts.isIdentifier(name) && name.text === "options"),
  );
}

function listCalls(isWanted: (call: ts.SignatureDeclaration) => boolean): string[] {
  const names = new Set<string>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".api.md"))) {
    const [, code = ""] = /```ts\n(.*)```/s.exec(readFileSync(join(folder, file), "utf8")) ?? [];
    for (const statement of ts.createSourceFile(file, code, ts.ScriptTarget.Latest).statements) {
      if (ts.isFunctionDeclaration(statement) && statement.name && isWanted(statement))
        names.add(statement.name.text);
      if (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) {
        const owner = statement.name?.text ?? "";
        for (const member of statement.members) {
          const called = isCall(member) && isWanted(member) ? nameCall(member) : undefined;
          if (called !== undefined) names.add(called === "new" ? `new ${owner}` : `${owner}.${called}`);
        }
      }
    }
  }
  return [...names].sort();
}

type Call = ts.ConstructorDeclaration | ts.MethodDeclaration | ts.MethodSignature;

function isCall(member: ts.ClassElement | ts.TypeElement): member is Call {
  return (
    ts.isConstructorDeclaration(member) || ts.isMethodDeclaration(member) || ts.isMethodSignature(member)
  );
}

function nameCall(member: Call): string | undefined {
  if (ts.isConstructorDeclaration(member)) return "new";
  const { name } = member;
  if (ts.isIdentifier(name)) return name.text;
  return ts.isComputedPropertyName(name) && ts.isPropertyAccessExpression(name.expression)
    ? name.expression.name.text
    : undefined;
}
