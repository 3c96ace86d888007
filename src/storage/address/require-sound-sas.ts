import { argumentRangeError } from "../../core/index.js";

/** The parameters of a SAS whose values never contain "%": if one does, it was percent-encoded twice. */
const plainParameters = ["sv", "sp", "sr", "st", "se", "sip", "spr", "ss", "srt", "sig"];

/** Source: "Formatting date/time values". The service may still reject a time zone other than UTC. */
const sasDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Parameters of a SAS beside its signature. */
const companions = ["sv", "sp", "se", "sr", "si"];

/**
 * Checks that the SAS of a URL was not damaged: copied from HTML or a log, percent-encoded twice, or cut by a shell at
 * "&". The service would only answer that authentication failed. Whether the SAS is valid is not checked here.
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
    throw argumentRangeError(
      argument,
      'has a second "?" before its SAS: the SAS was copied with a "?" of its own',
    );
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
