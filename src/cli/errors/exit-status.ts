/** The exit status of the process; documented in `docs/reference/cli.md`, and the same for all commands. */
export const ExitStatus = {
  done: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  notAllowed: 4,
  someFailed: 5,
  interrupted: 130,
} as const;
