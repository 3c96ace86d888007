/** What the process ends with; documented in `docs/reference/cli.md`, and the same for every command. */
export const ExitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  someFailed: 5,
  interrupted: 130,
} as const;
