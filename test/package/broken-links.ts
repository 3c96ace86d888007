import { posix } from "node:path";

/** What a link can lead to: the text of a file, or `undefined` if there is no such file; a folder has an empty text. */
export type ReadTarget = (path: string) => string | undefined;

/** The relative links and images of a Markdown document that lead to no file or folder, or to a heading that is not there. */
export function findBrokenLinks(document: string, read: ReadTarget): string[] {
  return findRelativeLinks(read(document) ?? "").filter((link) => {
    const [path = "", heading] = link.split("#");
    const target = path === "" ? document : posix.join(posix.dirname(document), decodeURIComponent(path));
    const text = read(target.replace(/\/$/, ""));
    return text === undefined || (heading !== undefined && !readAnchors(text).includes(heading));
  });
}

/** The targets of links and images outside of code, except those with a scheme. */
function findRelativeLinks(markdown: string): string[] {
  const prose = markdown.replace(/^[ \t]*```.*?^[ \t]*```/gms, "").replace(/`[^`\n]*`/g, "");
  return [...prose.matchAll(/\]\(([^()\s]+)\)/g)]
    .map(([, target = ""]) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target));
}

/** The ids that GitHub gives the headings of a document. */
function readAnchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
