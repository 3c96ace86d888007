import type { TestCase, TestModule } from "vitest/node";

const maxSlowFiles = 10;
/** A file below that is not named, in milliseconds. */
const slowFromInMs = 5_000;

/**
 * What a run did besides passing, for the end of its output: the slow files, the skipped tests with their reasons, and the
 * failed ones with the first line of their error. Empty where there is nothing to say.
 */
export function describeRun(modules: readonly TestModule[]): string {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  return [
    ...section("Slowest files", describeSlowFiles(modules)),
    ...section("Skipped", describeSkipped(tests)),
    ...section("Failed (the errors are printed in full above)", [
      ...modules.flatMap(describeFailedGroups),
      ...tests.flatMap(describeFailed),
    ]),
  ].join("\n");
}

function section(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${heading}:`, ...lines.map((line) => `  ${line}`), ""];
}

function describeSlowFiles(modules: readonly TestModule[]): string[] {
  return modules
    .map((module) => ({
      module,
      timeInMs: module.diagnostic().duration + module.diagnostic().collectDuration,
    }))
    .filter(({ timeInMs }) => timeInMs >= slowFromInMs)
    .sort((one, other) => other.timeInMs - one.timeInMs)
    .slice(0, maxSlowFiles)
    .map(({ module, timeInMs }) => `${(timeInMs / 1_000).toFixed(1).padStart(6)} s  ${nameModule(module)}`);
}

/** A line for all tests of a file that are skipped for the same reason. */
function describeSkipped(tests: readonly TestCase[]): string[] {
  const names = new Map<string, string[]>();
  for (const test of tests) {
    const result = test.result();
    if (result.state !== "skipped") continue;
    const key = `${nameModule(test.module)}: ${result.note ?? "for the reason that the test file states"}`;
    names.set(key, [...(names.get(key) ?? []), test.fullName]);
  }
  return [...names].map(([key, [first = "", ...others]]) =>
    others.length === 0 ? `${key}: ${first}` : `${key}: ${first}, and ${others.length} more`,
  );
}

function describeFailed(test: TestCase): string[] {
  const result = test.result();
  if (result.state !== "failed") return [];
  return [`${nameModule(test.module)} ${test.fullName}: ${readFirstLine(result.errors)}`];
}

/** A file that did not load, or a suite whose hook failed. */
function describeFailedGroups(module: TestModule): string[] {
  return [module, ...module.children.allSuites()]
    .filter((group) => group.errors().length > 0)
    .map((group) => {
      const name = group.type === "module" ? "" : ` ${group.fullName}`;
      return `${nameModule(module)}${name}: ${readFirstLine(group.errors())}`;
    });
}

/** What a test throws may have anything as its message. */
function readFirstLine(errors: readonly { readonly message: unknown }[]): string {
  return errors.length === 0 ? "no error" : String(errors[0]?.message).split("\n", 1).join("");
}

function nameModule({ project, relativeModuleId }: TestModule): string {
  return project.name === "" ? relativeModuleId : `${relativeModuleId} (${project.name})`;
}
