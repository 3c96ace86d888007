/**
 * Removes the white space around a setting, and one pair of quotes: files of environment variables and files that are
 * read with `$(cat …)` leave them, and `docker run --env-file` does not remove them.
 */
export function trimSetting(text: string): string {
  const trimmed = text.trim();
  const quoted = /^(?<quote>["'])(?<inner>.*)\k<quote>$/s.exec(trimmed)?.groups?.["inner"];
  return quoted === undefined ? trimmed : quoted.trim();
}
