import { argumentRangeError } from "../../core/index.js";

/** The parameters of a SAS whose values never contain "%": if one does, it was percent-encoded twice. */
const plainParameters = ["sv", "sp", "sr", "st", "se", "sip", "spr", "ss", "srt", "sig"];

/** Source: "Formatting date/time values". The service may still reject a time zone other than UTC. */
const sasDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,7})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/** Parameters of a SAS beside its signature. */
const companions = ["sv", "sp", "se", "sr", "si"];

/**
 * Checks that the SAS of a URL was not damaged: copied from HTML, JSON or a log, percent-encoded twice, or cut by a shell at
 * "&". The service would only answer that authentication failed. Whether the SAS is valid is not checked here.
 *
 * @throws RangeError naming the argument; the message contains neither the signature nor the URL.
 */
export function requireSoundSas(parameters: URLSearchParams, argument: string): void {
  const problem =
    findDamagedSeparator(parameters) ??
    findCut(parameters) ??
    (parameters.has("sig") ? (findDamagedValue(parameters) ?? findDamagedDate(parameters)) : undefined);
  if (problem !== undefined) throw argumentRangeError(argument, `has a SAS ${problem}`);
}

/** Finds an escaped form of "&" or "?" in place of itself. */
function findDamagedSeparator(parameters: URLSearchParams): string | undefined {
  const names = [...parameters.keys()];
  if (names.some((name) => name === "amp" || name.startsWith("amp;")))
    return 'that was copied from HTML: it contains "&amp;" where a URL has "&"';
  if (names.some((name) => name.startsWith("?")))
    return 'that was copied with a "?" of its own: there is a second "?" before it';
  const texts = Array.from(parameters, (parameter) => parameter.join("="));
  if (texts.some((text) => /\\u0026/i.test(text)))
    return String.raw`that was copied from JSON: it contains "\u0026" where a URL has "&"`;
  if (texts.some((text) => /&s(?:ig|v|p|r|e)=/.test(text)))
    return 'that is percent-encoded as a whole: it contains "%26" where a URL has "&"';
  return undefined;
}

function findCut(parameters: URLSearchParams): string | undefined {
  if (parameters.has("sig")) return undefined;
  const names = [...parameters.keys()];
  const isCut = parameters.has("sv") && companions.some((name) => name !== "sv" && parameters.has(name));
  const isCutAtFirst = names.length === 1 && companions.includes(names[0] ?? "");
  return isCut || isCutAtFirst
    ? 'without a signature ("sig"): a shell cuts a URL at "&" unless it is in quotes'
    : undefined;
}

function findDamagedValue(parameters: URLSearchParams): string | undefined {
  const find = (isDamaged: (value: string, name: string) => boolean): string | undefined =>
    plainParameters.find((name) => isDamaged(parameters.get(name) ?? "", name));
  const resource = parameters.get("sr");
  if (resource === "s" || resource === "f") return `for Azure Files ("sr=${resource}"), not for blobs`;
  const twice = find((value) => /%[0-9a-f]{2}/i.test(value));
  if (twice !== undefined) return `that is percent-encoded twice: its "${twice}" contains "%"`;
  const escaped = find((value, name) => !["sig", "st", "se"].includes(name) && !/^[\w:.,+ -]*$/.test(value));
  if (escaped !== undefined)
    return `whose "${escaped}" contains characters that no SAS has, such as those with which a shell escapes "&"`;
  const repeated = find((_, name) => parameters.getAll(name).length > 1);
  if (repeated !== undefined) return `with the parameter "${repeated}" more than once`;
  // "+" stands for a space in parameters.
  if (!/^[A-Za-z0-9+/ ]+={0,2}$/.test(parameters.get("sig") ?? ""))
    return 'whose signature ("sig") is not base64: it was cut or changed when it was copied';
  return undefined;
}

function findDamagedDate(parameters: URLSearchParams): string | undefined {
  for (const [name, meaning] of [
    ["st", "start"],
    ["se", "end"],
  ] as const) {
    const date = parameters.get(name);
    if (date === null || (sasDate.test(date) && !Number.isNaN(Date.parse(date)))) continue;
    return `whose ${meaning} ("${name}") is not a date and time such as 2030-01-31T12:00:00Z`;
  }
  return undefined;
}
