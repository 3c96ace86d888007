/** Lines that a program has marked as belonging together. */
export interface TextGroup {
  /** The start of its first line, which is its title. */
  readonly start: number;
  /** The start of the line that ends it, or of the next line that is not part of it. */
  readonly end: number;
}

/** A line with a mark of a group. */
export interface GroupMark {
  /** The start of the line. */
  readonly offset: number;
  readonly text: string;
}

/**
 * Matches the marks of groups: `##[group]` of Azure Pipelines and GitHub Actions, `::group::` of GitHub Actions, `section_start` of
 * GitLab CI.
 */
export const groupMarkSource = String.raw`##\[(?:end)?group\]|(?:^|[ \t])::(?:end)?group::|section_(?:start|end):\d+:`;

const marks = /##\[(end)?group\]|(?:^|[ \t])::(end)?group::|section_(start|end):\d+:([\w.-]+)/;

/** Finds the groups whose end is known. Sections of GitLab CI can be nested; another group ends where the next one begins. */
export function findGroups(lines: readonly GroupMark[]): readonly TextGroup[] {
  const groups: TextGroup[] = [];
  const sections = new Map<string, number>();
  let open: number | undefined;
  for (const { offset, text } of lines) {
    const [found, azureEnd, workflowEnd, section, name = ""] = marks.exec(text) ?? [];
    if (found === undefined) continue;
    if (section === "start") {
      sections.set(name, offset);
    } else if (section === "end") {
      const start = sections.get(name);
      sections.delete(name);
      if (start !== undefined) groups.push({ start, end: offset });
    } else {
      if (open !== undefined) groups.push({ start: open, end: offset });
      open = azureEnd === undefined && workflowEnd === undefined ? offset : undefined;
    }
  }
  return groups.sort((one, other) => one.start - other.start);
}
