import { argumentRangeError } from "../../core/index.js";

/** The parameters of a SAS that have a limited alphabet: a "%" in a value is left from a second encoding. */
const plainParameters = ["sv", "sp", "sr", "st", "se", "sip", "spr", "ss", "srt", "sig"];

/** Source: "Formatting date/time values". Whether the service accepts another time zone than UTC, only the service knows. */
const sasDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Parameters that a SAS has besides its signature. */
const companions = ["sv", "sp", "se", "sr", "si"];

/**
 * Checks that a URL's SAS was not damaged on its way here: copied from HTML or a log, encoded twice, or cut by a shell at "&".
 * The service would say no more than that authentication failed. Whether the SAS is valid, only the service knows.
 *
 * @throws RangeError naming the argument; the message contains neither the signature nor the URL.
 */
export function requireSoundSas(parameters: URLSearchParams, argument: string): void {
  const names = [...parameters.keys()];
  const escaped = names.find((name) => name === "amp" || name.startsWith("amp;"));
  if (escaped !== undefined) {
    throw argumentRangeError(
      argument,
      'has a SAS that was copied from HTML: it contains "&amp;" where a URL has "&"',
    );
  }
  if (names.some((name) => name.startsWith("?")))
    throw argumentRangeError(argument, 'has "?" twice before its SAS: the SAS was copied with its own');
  requireSeparateParameters(parameters, argument);
  const isSas = parameters.has("sig");
  const isCut =
    !isSas && parameters.has("sv") && companions.some((name) => name !== "sv" && parameters.has(name));
  const isCutAtFirst = !isSas && names.length === 1 && companions.includes(names[0] ?? "");
  if (isCut || isCutAtFirst) {
    throw argumentRangeError(
      argument,
      'has a SAS without a signature ("sig"): a shell cuts a URL at "&" unless it is in quotes',
    );
  }
  if (!isSas) return;
  const resource = parameters.get("sr");
  if (resource === "s" || resource === "f")
    throw argumentRangeError(argument, `has a SAS for Azure Files ("sr=${resource}"), not for blobs`);
  const twice = plainParameters.find((name) => /%[0-9a-f]{2}/i.test(parameters.get(name) ?? ""));
  if (twice !== undefined)
    throw argumentRangeError(
      argument,
      `has a SAS that is percent-encoded twice: its "${twice}" contains "%"`,
    );
  const changed = plainParameters.find(
    (name) => !["sig", "st", "se"].includes(name) && !/^[\w:.,+ -]*$/.test(parameters.get(name) ?? ""),
  );
  if (changed !== undefined)
    throw argumentRangeError(
      argument,
      `has a SAS whose "${changed}" contains characters that no SAS has, such as those with which a shell escapes "&"`,
    );
  const repeated = plainParameters.find((name) => parameters.getAll(name).length > 1);
  if (repeated !== undefined)
    throw argumentRangeError(argument, `has a SAS with the parameter "${repeated}" more than once`);
  // "+" stands for a space in parameters.
  if (!/^[A-Za-z0-9+/ ]+={0,2}$/.test(parameters.get("sig") ?? "")) {
    throw argumentRangeError(
      argument,
      'has a SAS whose signature ("sig") is not base64: it was cut or changed when it was copied',
    );
  }
  for (const [name, meaning] of [
    ["st", "start"],
    ["se", "end"],
  ] as const) {
    const date = parameters.get(name);
    if (date === null || (sasDate.test(date) && !Number.isNaN(Date.parse(date)))) continue;
    throw argumentRangeError(
      argument,
      `has a SAS whose ${meaning} ("${name}") is not a date and time such as 2030-01-31T12:00:00Z`,
    );
  }
}

/** Checks that the parameters are separated by "&", not by an escaped form of it. */
function requireSeparateParameters(parameters: URLSearchParams, argument: string): void {
  for (const parameter of parameters) {
    const text = parameter.join("=");
    if (/\\u0026/i.test(text))
      throw argumentRangeError(
        argument,
        'has a SAS that was copied from JSON: it contains "\\u0026" where a URL has "&"',
      );
    if (/&s(?:ig|v|p|r|e)=/.test(text))
      throw argumentRangeError(
        argument,
        'has a SAS that is percent-encoded as a whole: it contains "%26" where a URL has "&"',
      );
  }
}
