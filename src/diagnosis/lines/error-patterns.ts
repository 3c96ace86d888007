/** How certainly a line names the cause of a failure. A higher score is more certain. */
export interface ErrorPattern {
  readonly pattern: RegExp;
  readonly score: number;
  /** The message is in the next line, as MATLAB and Rust write it. */
  readonly continues?: true;
  /** Of several such lines the first is the cause, as with compilers. */
  readonly isFirst?: true;
}

/** A line with this score or more names an error, whatever else the log contains. */
export const certainScore = 35;

/**
 * Lines that name the cause of a failure, in the words of programs and systems. The patterns are anchored or begin with a fixed
 * text, and have no nested repetition: a hostile line cannot make them slow.
 */
export const errorPatterns: readonly ErrorPattern[] = [
  // Limits of the machine.
  { pattern: /CUDA out of memory|CUDA_ERROR_OUT_OF_MEMORY|cudaErrorMemoryAllocation/i, score: 85 },
  {
    pattern: /CUDA (?:driver |runtime )?error|cudaError[A-Z]|CUDNN_STATUS_|NCCL (?:error|WARN Cuda failure)/i,
    score: 75,
  },
  { pattern: /no space left on device|not enough space on the disk|disk quota exceeded/i, score: 85 },
  {
    pattern: /out of memory: kill|oom-kill|oom_kill|memory cgroup out of memory|Killed process \d/i,
    score: 85,
  },
  {
    pattern: /java\.lang\.OutOfMemoryError|heap out of memory|cannot allocate memory|cannot allocate vector/i,
    score: 82,
  },
  {
    pattern: /\bstd::bad_alloc\b|^MemoryError\b|out of memory(?: error)?[.!]?$|\bOutOfMemoryException\b/i,
    score: 82,
  },
  { pattern: /DUE TO (?:TIME LIMIT|PREEMPTION|MEMORY LIMIT|NODE FAILURE)/, score: 85 },
  // Ends by the system.
  { pattern: /segmentation fault|SIGSEGV|access violation|bus error|illegal instruction/i, score: 72 },
  { pattern: /^Killed$|: line \d+: +\d+ Killed\b|\bKilled: 9$/, score: 65 },
  { pattern: /AddressSanitizer: |stack smashing detected|double free or corruption/, score: 78 },
  // Last lines of tracebacks.
  { pattern: /^Caused by: [\w.$]+/, score: 72 },
  { pattern: /^Exception in thread "[^"]*" [\w.$]+/, score: 68 },
  { pattern: /^ *---> [\w.]+(?:Exception|Error)\b/, score: 72 },
  { pattern: /^Unhandled [Ee]xception[.:]/, score: 68 },
  { pattern: /^(?:panic|fatal error): /, score: 70 },
  { pattern: /^thread '[^']*'(?: \(\d+\))? panicked at '/, score: 70 },
  { pattern: /^thread '[^']*'(?: \(\d+\))? panicked at /, score: 70, continues: true },
  { pattern: /^ +what\(\): /, score: 72 },
  { pattern: /^terminate called after throwing an instance of /, score: 60 },
  { pattern: /Assertion [`'"].*failed|^Assertion failed/, score: 70 },
  { pattern: /^Error in .{0,300}:$/, score: 60, continues: true },
  { pattern: /^Error in .{1,300} : ./, score: 60 },
  { pattern: /^Error using [\w./>]+/, score: 65, continues: true },
  { pattern: /^(?:Fortran runtime error|forrtl: (?:severe|error))/, score: 70 },
  { pattern: /^ERROR: LoadError: /, score: 70 },
  { pattern: /^E {3,}[\w.]*(?:Error|Exception)\b/, score: 62 },
  {
    pattern:
      /^(?:Uncaught )?(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception|Interrupt|Exit|Warning)(?: \[\w+\])?(?::|$)/,
    score: 58,
  },
  { pattern: /^(?:[a-z_]\w*\.)+[A-Z]\w*(?:: |$)/, score: 45 },
  // Compilers and builds.
  { pattern: /^[^\s:]+:\d+:(?:\d+:)? (?:fatal )?error: /, score: 62, isFirst: true },
  { pattern: /undefined reference to |unresolved external symbol|cannot find -l/, score: 60, isFirst: true },
  { pattern: /^[^\s(]+\(\d+,\d+\): error [A-Z]+\d+: /, score: 62, isFirst: true },
  { pattern: /^CMake Error/, score: 58, isFirst: true, continues: true },
  { pattern: /error while loading shared libraries: |GLIBC_[\d.]+' not found|DLL load failed/, score: 75 },
  // Shells and systems.
  { pattern: /command not found|is not recognized as (?:an internal|the name)|: not found$/, score: 62 },
  { pattern: /No such file or directory|cannot find the (?:file|path)|could not find file/i, score: 50 },
  { pattern: /permission denied|access is denied|operation not permitted|EACCES/i, score: 50 },
  {
    pattern:
      /connection (?:refused|reset|timed out)|could not resolve host|name or service not known|ECONN[A-Z]+|ETIMEDOUT|ENOTFOUND/i,
    score: 48,
  },
  { pattern: /license (?:checkout|manager|server)|no licenses? available|License Manager Error/i, score: 55 },
  { pattern: /time ?limit|timed? ?out\b|deadline exceeded/i, score: 42 },
  // What programs call an error.
  { pattern: /^(?:\S+ ){0,6}?\[?(?:FATAL|CRITICAL|PANIC|EMERG)\]?\b/, score: 52 },
  {
    pattern: /^(?:npm (?:ERR!|error) |pip: error|fatal: |error\[E\d+\]|ERROR: |Error: |error: |ERROR \d+)/,
    score: 50,
  },
  { pattern: /\b(?:ERROR|FATAL|SEVERE)\b/, score: 45 },
  { pattern: /\berror\b *[:=]|\bexception\b *:/i, score: 40 },
  {
    pattern:
      /\b(?:error|exception|failed|failure|fatal|abort(?:ed|ing)?|cannot|could not|unable to|invalid|denied|missing)\b/i,
    score: 25,
  },
];

/** Lines that follow from an error, or are none: they name a cause only when nothing else does. */
export const consequences =
  /^(?:make(?:\[\d+\])?: \*\*\*|\*\*\* |Execution halted|Aborted|Abort trap|Traceback |##\[error\]|Error: Process completed|npm (?:ERR!|error) (?:code (?:ELIFECYCLE|\d+)|errno|A complete log|path|command)|srun: error|slurmstepd: error: (?!.*DUE TO|.*oom)|.*MPI_ABORT|.*exited? with (?:exit )?(?:code|status)|.*non-zero (?:exit )?(?:code|status)|.*returned a non-zero|goroutine \d+|note: run with|During handling of|The above exception|Command failed|core dumped|Exiting)|\b(?:[1-9]\d* passed|0 errors|0 failed|no errors?|without errors?|errors? ?[:=] ?0|retrying|will retry|warn(?:ing)?\b)/i;
