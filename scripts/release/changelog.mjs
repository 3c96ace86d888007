/**
 * A version's section of a changelog.
 * @param {string} changelog
 * @param {string} version without "v"
 * @returns {{ heading: string, body: string } | undefined}
 */
export function findSection(changelog, version) {
  for (const section of changelog.split(/^(?=## )/m)) {
    const [heading = "", ...lines] = section.split("\n");
    const [, name] = heading.split(" ");
    if (heading.startsWith("## ") && name === version) return { heading, body: lines.join("\n").trim() };
  }
  return undefined;
}
