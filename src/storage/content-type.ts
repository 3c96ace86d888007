import otherTypes from "mime/types/other.js";
import standardTypes from "mime/types/standard.js";

const unknownType = "application/octet-stream";
const tables: readonly Readonly<Record<string, readonly string[]>>[] = [standardTypes, otherTypes];

/** The types of extensions that were looked up before. */
let types = new Map<string, string>();
const maxSearches = 16;
let searches = 0;

/**
 * Returns the content type of a file name; `application/octet-stream` if the extension is unknown. Plain text and logs
 * get `charset=utf-8`, so that browsers need not guess the encoding.
 */
export function chooseContentType(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1).toLowerCase();
  const dot = name.lastIndexOf(".");
  // A leading dot, as in ".gitignore", does not begin an extension.
  const type = dot < 1 ? unknownType : getType(name.slice(dot + 1));
  return type === "text/plain" ? "text/plain; charset=utf-8" : type;
}

/**
 * The first extensions are searched for in the tables, because indexing the tables takes longer than sending a small
 * file, and most programs save files of a few types. Further extensions are looked up in an index.
 */
function getType(extension: string): string {
  if (searches > maxSearches) return types.get(extension) ?? unknownType;
  let type = types.get(extension);
  if (type !== undefined) return type;
  searches += 1;
  if (searches > maxSearches) types = indexTypes();
  type = findType(extension) ?? unknownType;
  if (searches <= maxSearches) types.set(extension, type);
  return type;
}

function findType(extension: string): string | undefined {
  for (const table of tables)
    for (const type in table) if (table[type]?.includes(extension) === true) return type;
  return undefined;
}

/** In the tables an asterisk before an extension means that another type is the usual one for it. */
function indexTypes(): Map<string, string> {
  return new Map(
    tables.flatMap((table) =>
      Object.entries(table).flatMap(([type, extensions]) =>
        extensions
          .filter((extension) => !extension.startsWith("*"))
          .map((extension): [string, string] => [extension, type]),
      ),
    ),
  );
}
