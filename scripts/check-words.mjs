/**
 * `npm run check -- words`: refuses words that the project has replaced by plain ones, in comments, texts, tests' names and
 * documents; and library names in the reasons of errors, which are also shown by the command line and the page.
 */
import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import ts from "typescript";

/**
 * What to write instead, by a pattern for whole words.
 *
 * @type {readonly (readonly [RegExp, string])[]}
 */
const replacedWords = [
  [/\b(?:is|are|was|were|be|been|as|being) told\b/i, "is given, is set, gets, is notified"],
  [/\btold by\b/i, "given by, reported by"],
  [/\bzeal\b/i, "growth"],
  [/\bof whom\b/i, "whose process, whose file"],
  [/\bof that zeal\b/i, "name the thing"],
  [/\bpatiently\b/i, "with retries"],
  [/\bbrisk(?:ly)?\b/i, "fast"],
  [/\bwhosoever\b/i, "a caller that"],
  [/\bwherefore\b|\bthereof\b|\bwhereof\b|\bthither\b|\bwhither\b|\bhither\b/, "plain words"],
  [/\bof which not\b/i, "a second sentence"],
  [/\bcame into being\b|\bcome into being\b/i, "was created"],
  [/\bsaid of the\b/i, "reported for the"],
  [/\bgave out\b/i, "returned"],
  [/\bnobody's\b/i, "not awaited"],
  [/\bat every moment a\b/i, "always a"],
  [/\bmade again by itself\b/i, "retried automatically"],
  [/\btell what can be said\b/i, "show help"],
  [/\bcomes into being\b/i, "is created"],
  [/\bis to go wrong\b/i, "the faults to simulate"],
  [/\bsent past the SDK\b/i, "sent without the SDK"],
  [/\b(?:failureOf|failuresOf|ourFailureOf)\b/, "captureError, captureErrors, captureOurError"],
  [/\btoldBy\b/, "collectText"],
  [/\bpromiseInParts\b/, "createDeferred"],
  [/\bwhoever brings\b/i, "users who have"],
  [/\bthe former hit\b/i, "the previous match"],
  [/\bis in sight\b/i, "is visible"],
  [/\btaken out on the way\b/i, "removed"],
  [/\bmade while it is sent\b/i, "created while it is sent"],
];

/** Names of the library that a reason must not contain: each front end words the hint with names of its own. */
const libraryName =
  /\boptions\.\w+|\b[a-z]+[A-Z]\w*\(|\b(?:allowMissingSource|onExisting|ifNoFilesFound|prepareOutputStorage|getOutputStorageContainerUrl|saveData|saveText|saveMany|saveTracked|destinationPath|destinationPrefix)\b/;

const reasonArgument = new Map([
  ["BatchOutputsError", 1],
  ["argumentRangeError", 1],
  ["argumentTypeError", 1],
]);

/** Files that quote the words: this list, and history. */
const exempt = new Set(["scripts/check-words.mjs", "CHANGELOG.md", "package-lock.json"]);

/** @param {string} text @param {number} position */
function lineAt(text, position) {
  return text.slice(0, position).split("\n").length;
}

/** @param {string} file @param {string} text @returns {string[]} */
function findReplacedWords(file, text) {
  return replacedWords.flatMap(([pattern, instead]) =>
    [...text.matchAll(new RegExp(pattern, `g${pattern.flags}`))].map(
      ({ 0: word, index }) => `${file}:${lineAt(text, index)}: "${word}": write ${instead}`,
    ),
  );
}

/** @param {string} file @param {string} text @returns {string[]} */
function findLibraryNames(file, text) {
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression)) {
      const reason = node.arguments?.[reasonArgument.get(node.expression.text) ?? -1];
      for (const literal of reason ? literalsIn(reason) : []) {
        const name = libraryName.exec(literal.text)?.[0];
        if (name !== undefined)
          found.push(`${file}:${lineAt(text, literal.pos)}: "${name}" in a reason: put it into the hint`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** @param {ts.Node} node @returns {{ text: string, pos: number }[]} */
function literalsIn(node) {
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node))
    return [{ text: node.text, pos: node.getStart() }];
  /** @type {{ text: string, pos: number }[]} */
  const found = [];
  ts.forEachChild(node, (child) => {
    found.push(...literalsIn(child));
  });
  return found;
}

const files = execFileSync("git", ["ls-files", "*.ts", "*.tsx", "*.mts", "*.mjs", "*.md"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && !exempt.has(file));
const problems = files.flatMap((file) => {
  const text = readFileSync(file, "utf8");
  const isLibrary = /^src\/(?:core|conventions|storage|tracking|outputs|batch)\//.test(file);
  return [...findReplacedWords(file, text), ...(isLibrary ? findLibraryNames(file, text) : [])];
});
if (problems.length > 0) console.error(problems.join("\n"));
process.exitCode = problems.length === 0 ? 0 : 1;
