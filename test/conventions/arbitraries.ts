import fc from "fast-check";

const letters = "abcdefghijklmnopqrstuvwxyz";
const lettersAndNumbers = Array.from(`${letters}${letters.toUpperCase()}0123456789`);
const idCharacters = [...lettersAndNumbers, "-", "_"];

/** Characters that tend to get lost between a name, a URL and a listing. */
const awkward = [
  "$",
  "%",
  "%41",
  "%2F",
  "+",
  "#",
  "?",
  "&",
  " ",
  ".",
  "..",
  "é",
  "e\u0301",
  "😀",
  "語",
  ":",
  "~",
];

/** Ids of jobs over the whole alphabet of Batch, the colon of jobs of a schedule included. */
export const jobId = fc.oneof(
  fc.string({ unit: fc.constantFrom(...idCharacters, ":"), minLength: 1, maxLength: 80 }),
  // Separators in a row, at either end and where the name is cut are rare in the former.
  fc.string({ unit: fc.constantFrom("a", "Z", "7", "-", "_", ":"), minLength: 1, maxLength: 80 }),
  fc.string({ unit: fc.constantFrom("-", "_", ":"), minLength: 1, maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(...lettersAndNumbers), minLength: 50, maxLength: 70 }),
);

/** Ids that are container names already but for "job-": used as they are. */
export const plainJobId = fc
  .array(
    fc.string({ unit: fc.constantFrom(...Array.from(`${letters}0123456789`)), minLength: 1, maxLength: 20 }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map((parts) => parts.join("-"))
  .filter((id) => id.length <= 59);

export const taskId = fc.string({ unit: fc.constantFrom(...idCharacters), minLength: 1, maxLength: 64 });

/** One segment of a blob name, of any characters that a blob name can hold. */
const segment = fc
  .array(fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: "binary", minLength: 1, maxLength: 3 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => parts.join(""))
  // Made from the rules' text, not with the code under test.
  .filter((text) => !/[/\\\u0000-\u001f\u007f-\u009f\ufffe\uffff]/.test(text) && !text.endsWith("."));

export const kind = segment;

export const outputPath = fc
  .array(segment, { minLength: 1, maxLength: 6 })
  .map((segments) => segments.join("/"))
  .filter((path) => !/^[A-Za-z]:/.test(path));

/** Addresses that can be written, of tasks and of jobs. */
export const outputAddress = fc.oneof(
  fc.record({ kind, path: outputPath }),
  fc.record({ taskId, kind, path: outputPath }),
);

/** Paths as a confused program may pass them: up-steps, roots, empty segments and separators of both kinds. */
export const confusedPath = fc.oneof(
  fc.string({ unit: fc.constantFrom("../", "..\\", "..", ".", "/", "\\", "a", "C:", " "), maxLength: 12 }),
  fc
    .tuple(fc.array(fc.constantFrom("../", "..\\"), { maxLength: 8 }), outputPath)
    .map(([upSteps, path]) => upSteps.join("") + path),
);
