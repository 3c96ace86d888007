/**
 * Parses the start time of a process from its `/proc/<pid>/stat` on Linux, in clock ticks since the boot. It distinguishes
 * the process from a later one with the same id. Returns `undefined` for a zombie, which does not run any more.
 */
export function parseProcessStart(stat: string): string | undefined {
  // The second field is the program's name in parentheses, which may contain any character. The 3rd is the state, and the
  // 22nd the start time.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" ? undefined : fields[18];
}
