import type { ShownRow } from "../rows/text-screen.js";
import type { Span, TextStyle } from "../rows/span.js";
import { type JsonSource, parseJsonSource } from "./json-source.js";

/** Which lines are shown as fields: records of a log, all JSON objects, or none. */
export type JsonLineMode = "records" | "objects" | "none";

type Member = readonly [name: string, value: JsonSource];

/** The usual names of the members of a record, in lower case. */
const timeNames = createSet("time timestamp @timestamp ts t @t date datetime asctime");
const levelNames = createSet("level severity lvl levelname loglevel log.level @l");
const messageNames = createSet("message msg event @m @mt");

const quiet: TextStyle = { colour: "118, 118, 118" };
const errorStyle: TextStyle = { colour: "197, 15, 31", isBold: true };
const warningStyle: TextStyle = { colour: "157, 93, 0", isBold: true };
const levelStyle: TextStyle = { isBold: true };

/** Shows the lines that are JSON objects as their fields. Other rows, and the pieces of very long lines, stay as they are. */
export function showJsonLines(rows: readonly ShownRow[], mode: JsonLineMode): readonly ShownRow[] {
  if (mode === "none") return rows;
  return rows.map((row) => {
    const members = row.isLineStart ? parseMembers(row.spans.map(({ text }) => text).join("")) : undefined;
    if (members === undefined || (mode === "records" && !isRecord(members))) return row;
    return { ...row, spans: formatFields(members) };
  });
}

/** What a text contains: records of a log, other JSON objects, or neither. */
export function findJsonLines(lines: readonly string[]): "records" | "objects" | undefined {
  const objects = lines.map(parseMembers).filter((members) => members !== undefined);
  if (objects.length === 0) return undefined;
  return objects.some(isRecord) ? "records" : "objects";
}

function parseMembers(text: string): readonly Member[] | undefined {
  const line = text.trim();
  if (!line.startsWith("{") || !line.endsWith("}")) return undefined;
  try {
    const value = parseJsonSource(line);
    return value.type === "object" && value.members.length > 0 ? value.members : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether an object has a message, and a time or a level. */
function isRecord(members: readonly Member[]): boolean {
  const has = (names: ReadonlySet<string>) => members.some(([name]) => names.has(name.toLowerCase()));
  return has(messageNames) && (has(timeNames) || has(levelNames));
}

/** Formats time, level and message first, then the other members in their order, with the digits of the source. */
function formatFields(members: readonly Member[]): readonly Span[] {
  const find = (names: ReadonlySet<string>) => members.find((member) => isNamedValue(member, names));
  const [time, level, words] = [find(timeNames), find(levelNames), find(messageNames)];
  const fields: Span[][] = [];
  if (time !== undefined) fields.push([{ ...quiet, text: formatText(time[1]) }]);
  if (level !== undefined) fields.push([formatLevel(level[1])]);
  if (words !== undefined) fields.push([{ text: formatText(words[1]) }]);
  for (const member of members) {
    if (member === time || member === level || member === words) continue;
    const [name, value] = member;
    fields.push([{ ...quiet, text: `${formatName(name)}=` }, { text: formatValue(value) }]);
  }
  return fields.flatMap((spans, index) => (index === 0 ? spans : [{ text: " " }, ...spans]));
}

function isNamedValue([name, { type }]: Member, names: ReadonlySet<string>): boolean {
  return (type === "string" || type === "number") && names.has(name.toLowerCase());
}

/** Levels are words or, as with pino and bunyan, numbers. */
function formatLevel(value: JsonSource): Span {
  const text = formatText(value);
  if (/^(err|fatal|crit|alert|emerg|panic|severe|[56]0$)/i.test(text)) return { ...errorStyle, text };
  return /^(warn|40$)/i.test(text) ? { ...warningStyle, text } : { ...levelStyle, text };
}

/** A row is one line: line ends within a text are written out. */
function formatText(value: JsonSource): string {
  if (value.type !== "string") return value.source;
  return value.value.replace(/[\0-\u001f]/g, (control) => JSON.stringify(control).slice(1, -1));
}

function formatName(name: string): string {
  return isPlain(name) ? name : JSON.stringify(name);
}

function formatValue(value: JsonSource): string {
  if (value.type !== "string") return value.source;
  return isPlain(value.value) ? value.value : JSON.stringify(value.value);
}

/** Whether a text is unambiguous without quotation marks. */
function isPlain(text: string): boolean {
  return /^[^\s"'={}[\],]+$/.test(text) && !/^(?:true|false|null|-?\d[\d.eE+-]*)$/.test(text);
}

function createSet(names: string): ReadonlySet<string> {
  return new Set(names.split(" "));
}
