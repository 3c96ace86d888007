/** A short name of an exit code, and its usual causes. */
export interface ExitExplanation {
  /** `SIGKILL`, `STATUS_ACCESS_VIOLATION`, `command not found`. */
  readonly name: string;
  readonly meaning: string;
}

const outOfMemory =
  "The process was killed. The usual cause is memory: the system or the container ran out of it. A task is also killed when its time limit is reached or it is terminated.";

const codes: Readonly<Record<number, ExitExplanation>> = {
  124: { name: "timeout", meaning: "The time limit of `timeout` was reached." },
  125: { name: "container not started", meaning: "The container engine could not start the container." },
  126: {
    name: "cannot be executed",
    meaning: "The command was found but cannot be executed: check its permissions and format.",
  },
  127: {
    name: "command not found",
    meaning: "The command was not found: check its name, PATH, and that it is installed on the node.",
  },
  129: { name: "SIGHUP", meaning: "The session of the process ended." },
  130: { name: "SIGINT", meaning: "The process was interrupted." },
  131: { name: "SIGQUIT", meaning: "The process was asked to quit." },
  132: { name: "SIGILL", meaning: "Illegal instruction: the program was built for another processor." },
  134: {
    name: "SIGABRT",
    meaning: "The program aborted itself: a failed assertion, or an uncaught exception.",
  },
  135: { name: "SIGBUS", meaning: "Bus error: a mapped file was truncated, or shared memory is full." },
  136: { name: "SIGFPE", meaning: "Arithmetic error, such as an integer division by zero." },
  137: { name: "SIGKILL", meaning: outOfMemory },
  139: { name: "SIGSEGV", meaning: "Segmentation fault: the program accessed memory that is not its own." },
  140: {
    name: "SIGUSR2",
    meaning: "The process was ended by a user-defined signal; schedulers use it for time limits.",
  },
  141: { name: "SIGPIPE", meaning: "The reader of the program's output ended first." },
  143: {
    name: "SIGTERM",
    meaning: "The process was asked to end: the task was terminated, or its node was preempted or removed.",
  },
  152: { name: "SIGXCPU", meaning: "The limit of processor time was reached." },
  153: { name: "SIGXFSZ", meaning: "The limit of the size of a file was reached." },
};

/** Exit codes of Windows, which are NTSTATUS values of 32 bits. */
const ntStatuses: Readonly<Record<number, ExitExplanation>> = {
  0xc0000005: {
    name: "STATUS_ACCESS_VIOLATION",
    meaning: "The program accessed memory that is not its own.",
  },
  0xc0000017: { name: "STATUS_NO_MEMORY", meaning: "Not enough memory, or too small a page file." },
  0xc000001d: { name: "STATUS_ILLEGAL_INSTRUCTION", meaning: "The program was built for another processor." },
  0xc0000022: { name: "STATUS_ACCESS_DENIED", meaning: "Access was denied." },
  0xc000007b: {
    name: "STATUS_INVALID_IMAGE_FORMAT",
    meaning: "A library of another architecture was loaded (32 and 64 bits).",
  },
  0xc0000094: { name: "STATUS_INTEGER_DIVIDE_BY_ZERO", meaning: "Integer division by zero." },
  0xc00000fd: {
    name: "STATUS_STACK_OVERFLOW",
    meaning: "The stack is exhausted: often an endless recursion.",
  },
  0xc0000135: { name: "STATUS_DLL_NOT_FOUND", meaning: "A library (DLL) is missing on the node." },
  0xc0000139: {
    name: "STATUS_ENTRYPOINT_NOT_FOUND",
    meaning: "A library (DLL) is of another version than the program needs.",
  },
  0xc000013a: {
    name: "STATUS_CONTROL_C_EXIT",
    meaning: "The process was interrupted, or its console was closed.",
  },
  0xc0000142: { name: "STATUS_DLL_INIT_FAILED", meaning: "A library (DLL) could not be initialized." },
  0xc0000374: { name: "STATUS_HEAP_CORRUPTION", meaning: "The heap is damaged." },
  0xc0000409: {
    name: "STATUS_STACK_BUFFER_OVERRUN",
    meaning: "The program aborted itself: a buffer overrun or a fatal error.",
  },
  0xe0434352: {
    name: "CLR exception",
    meaning: "A .NET program ended with an uncaught exception.",
  },
  0xe06d7363: {
    name: "C++ exception",
    meaning: "A program in C++ ended with an uncaught exception.",
  },
  0x40010004: {
    name: "DBG_TERMINATE_PROCESS",
    meaning: "The process was ended from outside: the task was terminated, or its node shut down.",
  },
};

/** Explains an exit code. `undefined` for a code that has no general meaning. */
export function explainExit(exitCode: number): ExitExplanation | undefined {
  return codes[exitCode] ?? ntStatuses[exitCode >>> 0];
}

/** Formats an exit code as `137`, or as `0xC0000005` for Windows, so that a search finds its documentation. */
export function formatExitCode(exitCode: number): string {
  const status = exitCode >>> 0;
  return status >= 0x4000_0000 ? `0x${status.toString(16).toUpperCase().padStart(8, "0")}` : String(exitCode);
}
