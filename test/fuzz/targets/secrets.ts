import assert from "node:assert/strict";
import fc from "fast-check";

import { redactCommand, redactText, redactUrl } from "../../../src/core/index.js";
import type { FuzzTarget } from "../support/fuzz-target.js";

const secret = "S3cretS3cretS3cret";

/** The forms in which a text holds a credential, wherever it stands between blanks. */
const forms = [
  `sig=${secret}`,
  `&sig=${secret}&sp=r`,
  `AccountKey=${secret}`,
  `AccountKey = ${secret}`,
  `"AccountKey": "${secret}"`,
  `SharedAccessSignature=${secret}`,
  `SharedKey films:${secret}=`,
  `Bearer ${secret}`,
  `https://me:${secret}@host/c`,
  `http://me@corp:${secret}@proxy:80`,
  `password=${secret}`,
  `https://h/c?sv=1&sig=${secret}%3D`,
];

const part = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...forms) },
  fc.string({ maxLength: 6 }),
  fc.constantFrom(
    "failed:",
    "https://host/a",
    "sig=",
    "AccountKey=",
    "@",
    "://",
    "Bearer",
    "SharedKey a:",
    "signature 'x'",
    '"',
    "'",
  ),
);

export const target: FuzzTarget = {
  seeds: forms,
  grammar: fc.array(part, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(" ")),
  words: ["=", "&", "?", "@", "://", " ", "%3D", "%22", ";", "sig", "Bearer ", '"'],
  check(input) {
    const shown = redactText(input);
    // A form that is intact, between blanks: whatever is around it, its secret is not shown.
    const words = ` ${input} `;
    const intact = forms.filter((form) => words.includes(` ${form} `));
    const others = forms.reduce((rest, form) => rest.replaceAll(` ${form} `, "  "), words);
    if (intact.length > 0 && !others.includes(secret)) assert.ok(!shown.includes(secret), `shown: ${shown}`);
    assert.ok(!redactText(shown).includes(secret) || shown.includes(secret));
    assert.ok(shown.length <= input.length + 10 * (input.match(/[=@: ]/g) ?? []).length + 10);
    const url = redactUrl(input);
    assert.doesNotMatch(url, /[?#]/);
    if (!/\s/.test(input) && URL.canParse(input) && /^https?:/i.test(input.trim())) {
      const { username, password } = new URL(input);
      if (password.length > 8 && username !== "" && input.split(password).length === 2)
        assert.ok(!url.includes(decodeIfPossible(password)) && !url.includes(password), `shown: ${url}`);
    }
    const [first = ""] = redactCommand([input], { API_TOKEN: secret });
    assert.ok(!first.includes(secret), `shown: ${first}`);
  },
};

function decodeIfPossible(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
