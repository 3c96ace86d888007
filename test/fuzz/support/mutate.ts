import fc from "fast-check";

import type { FuzzTarget } from "./fuzz-target.js";

/** What breaks parsers of any language. */
const awkward = [
  ...["", "\0", "\n", "\r\n", "\r", "\t", " ", "\u007f", "\u0085", "\u00a0", "\u2028", "\ufeff", "\u202e"],
  ...["\ud800", "\udc00", "\ufffd", "\uffff", "😀", "é", "e\u0301", "İ", "ß"],
  ...["%", "%00", "%2F", "%2e%2e", "%ff", "%41", "..", "../", "..\\", "/", "\\", "//", ".", "C:", "~"],
  ...[
    "'",
    '"',
    "`",
    "$",
    "&",
    "?",
    "#",
    ";",
    ":",
    "=",
    ",",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "@",
    "*",
    "+",
    "-",
  ],
  ...["0", "-1", "1e999", "-0", "0x1", "9007199254740993", "18446744073709551616", "NaN", "null", "true"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"],
];

type Change = (text: string) => string;

/** An input of a target: by its grammar, a changed valid one, or anything. */
export function createInputs(target: FuzzTarget): fc.Arbitrary<string> {
  const { seeds, grammar, isBinary = false } = target;
  const valid =
    grammar === undefined ? fc.constantFrom(...seeds) : fc.oneof(fc.constantFrom(...seeds), grammar);
  const anything = isBinary
    ? fc.uint8Array({ maxLength: 200 }).map((bytes) => String.fromCharCode(...bytes))
    : fc.string({ unit: "binary", maxLength: 100 });
  const changed = fc
    .tuple(valid, fc.array(createChanges(target), { minLength: 1, maxLength: 6 }))
    .map(([text, changes]) => changes.reduce((now, change) => change(now), text));
  const spliced = fc
    .tuple(valid, valid, fc.nat(), fc.nat())
    .map(([one, other, from, to]) => one.slice(0, at(one, from)) + other.slice(at(other, to)));
  const inputs = fc.oneof(
    { weight: 4, arbitrary: valid },
    { weight: 8, arbitrary: changed },
    { weight: 2, arbitrary: spliced },
    { weight: 1, arbitrary: anything },
  );
  return isBinary ? inputs.map(keepBytes) : inputs;
}

function createChanges({ words = [], isBinary = false }: FuzzTarget): fc.Arbitrary<Change> {
  const piece = fc.oneof(
    fc.constantFrom(...words, ...awkward),
    isBinary
      ? fc.nat(255).map((byte) => String.fromCharCode(byte))
      : fc.string({ unit: "binary", minLength: 1, maxLength: 3 }),
  );
  const place = fc.nat();
  const length = fc.oneof(fc.nat(4), fc.nat(200));
  return fc.oneof(
    fc.tuple(place, piece).map(([where, text]): Change => (now) => {
      return now.slice(0, at(now, where)) + text + now.slice(at(now, where));
    }),
    fc.tuple(place, length, piece).map(([where, count, text]): Change => (now) => {
      return now.slice(0, at(now, where)) + text + now.slice(at(now, where) + count);
    }),
    fc.tuple(place, length).map(([where, count]): Change => (now) => {
      return now.slice(0, at(now, where)) + now.slice(at(now, where) + count);
    }),
    fc.tuple(place, length, fc.integer({ min: 1, max: 40 })).map(([where, count, times]): Change => (now) => {
      const start = at(now, where);
      return now.slice(0, start) + now.slice(start, start + count).repeat(times) + now.slice(start + count);
    }),
    fc.tuple(place, fc.nat(7)).map(([where, bit]): Change => (now) => {
      const start = at(now, where);
      const code = now.charCodeAt(start);
      if (Number.isNaN(code)) return now;
      return now.slice(0, start) + String.fromCharCode(code ^ (1 << bit)) + now.slice(start + 1);
    }),
    place.map(
      (where): Change =>
        (now) =>
          now.slice(0, at(now, where)),
    ),
  );
}

function at(text: string, place: number): number {
  return place % (text.length + 1);
}

function keepBytes(text: string): string {
  return text.replace(/[^\0-\xff]/g, (character) => Buffer.from(character).toString("latin1"));
}
