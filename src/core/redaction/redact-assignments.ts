/** Names whose values are secrets, also at the end of others: `AZURE_CLIENT_SECRET`, `db.password`. */
const secretName =
  "(?:sig|AccountKey|(?:Shared)?Access(?:Key|Signature)|password|client[_-]?secret|client_assertion|(?:access|refresh|id)_?token)";

/** Before a name: no letter or digit, or an escaped character, as in `%26sig=`, `\u0026sig=` and `\nsig=`. */
const start = String.raw`(?:(?<![a-z0-9])|(?<=%(?:25){0,4}[0-9a-f]{2}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\[nrt])(?!${secretName}%(?:25)*3D))`;

/** As such, escaped within another text, or in HTML. */
const quoteMark = String.raw`(?:\\{0,3}["'\x60]|%22|&quot;|&#3[49];)`;

/** Between a name and its value: `sig=`, `"sig": `, `'sig' => `, `\"sig\":`, `sig[]=`. */
const separator = String.raw`(?:\[\])?${quoteMark}?\s*(?:=>|[=:]|%(?:25)*3D|\\u003d)\s*`;

/** A value in quotes can contain separators. */
const quoted = String.raw`(?<quote>${quoteMark})(?<inner>(?:(?!(?<!\\)\k<quote>)[^\n\r]){1,2000})(?=\k<quote>)`;

/** What follows a line break or a blank within a key, up to the padding at its end. */
const restOfKey = String.raw`(?:(?:\s{1,4}[a-z0-9+/]{1,90}){1,3}={1,2}(?![\w=]))?`;

/** What follows is not the secret if it is the next such name, or the scheme of an `Authorization` header, which has another rule. */
const notYet = String.raw`(?!${quoteMark}?(?:${secretName}${separator}|(?:SharedKey(?:Lite)?|Bearer)\s))`;

const assignment = new RegExp(
  String.raw`${start}(?<name>${secretName})(?<separator>${separator})${notYet}(?:${quoted}|(?<open>${quoteMark}?\[?)(?<bare>[^&;\s"'<>]+${restOfKey}))`,
  "gi",
);

/** The same within a text that was percent-encoded as a whole, once or more. */
const encodedAssignment =
  /(%(?:25)*(?:20|22|26|3B|3F)(?:sig|AccountKey|(?:Shared)?Access(?:Key|Signature))%(?:25)*3D)(?:(?!%(?:25)*(?:20|22|26|3B))[^&;\s"'<>]){16,}/gi;

/** `password: None` and `sig=yes` tell no secret. */
const noSecret = /^(?:true|false|yes|no|none|null|undefined|\*+)[)\]},.]*$/i;

/** A level of significance, a signal, or the end of a file's name: `sig=0.05`, `sig=11`, `design-sig=12.txt`. */
const numberOrName = /^\d[\d.]{0,9}(?:\.[a-z]{1,4})?[)\]},.:]*$/i;

const minTokenLength = 16;

/** Removes the values of `sig=…`, `AccountKey = …`, `"AccountKey":"…"` and the like, also percent-encoded, from a text. */
export function redactAssignments(text: string): string {
  return text
    .replace(assignment, (found: string, ...rest: unknown[]) => {
      const { name, separator, quote, inner, open = "", bare = "" } = rest.at(-1) as AssignmentGroups;
      if (!isSecret(name, inner ?? bare)) return found;
      return `${name}${separator}${quote ?? open}REDACTED`;
    })
    .replace(encodedAssignment, "$1REDACTED");
}

interface AssignmentGroups {
  readonly name: string;
  readonly separator: string;
  readonly quote?: string;
  readonly inner?: string;
  readonly open?: string;
  readonly bare?: string;
}

function isSecret(name: string, value: string): boolean {
  if (noSecret.test(value)) return false;
  if (/^sig$/i.test(name)) return !numberOrName.test(value);
  return !/token$/i.test(name) || value.length >= minTokenLength;
}
