import { redactText } from "./redact.js";

const redacted = "REDACTED";

/** The name of a flag or variable that holds a secret. */
const secretName =
  "[\\w.-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|credentials?|signature|api[-_]?key|access[-_]?key|account[-_]?key|private[-_]?key|connection[-_]?string|sas)";
const secretFlag = new RegExp(`^(?:--?|/)${secretName}$`, "i");
const namedSecret = new RegExp(
  `((?:^|[\\s;&|"'])(?:--?|/)?${secretName}\\s*[=:]\\s*)(?!\\s)("[^"]*"|'[^']*'|[^\\s"';&|]+)`,
  "gi",
);
const secretFlagInText = new RegExp(
  `((?:^|[\\s;&|"'])--?${secretName}\\s+)(?!-)("[^"]*"|'[^']*'|[^\\s"';&|]+)`,
  "gi",
);
const secretVariable =
  /(?:PASS(?:WORD|WD)?|SECRET|TOKEN|CREDENTIAL|KEY|SAS|CONNECTION_STRING|CONTAINER_URL)$/i;
/** Shorter values are not redacted: `1` or `true` would be found anywhere. */
const minSecretLength = 8;

/**
 * Removes secrets from a command line: credentials that `redactText` finds, the values of flags and variables whose
 * names suggest a secret (`--db-password x`, `API_TOKEN=x`), and the values of such environment variables.
 */
export function redactCommand(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): string[] {
  const values = Object.entries(env).flatMap(([name, value = ""]) =>
    secretVariable.test(name) && value.length >= minSecretLength ? [value] : [],
  );
  return words.map((word, index) => {
    const flag = words[index - 1];
    if (flag !== undefined && secretFlag.test(flag) && !word.startsWith("-")) return redacted;
    const known = values.reduce((text, value) => text.replaceAll(value, redacted), word);
    return redactText(known).replace(namedSecret, `$1${redacted}`).replace(secretFlagInText, `$1${redacted}`);
  });
}
