/**
 * A pattern for lines that name the cause of a failure. A higher score is more certain. The first matching pattern of a
 * line is used.
 */
export interface ErrorPattern {
  readonly pattern: RegExp;
  readonly score: number;
  /** The message is in the next line, as MATLAB and Rust write it. */
  readonly continues?: true;
  /** The first of several such lines is the cause, as with compilers. */
  readonly isFirst?: true;
}

/** A line with at least this score is an error. */
export const certainScore = 35;

/** Exceptions that only report the failure of another process or task. The cause may be in another line of the log. */
export const wrappers =
  /^(?:\w+\.)*(?:CalledProcessError|ChildFailedError|Py4JJavaError|RuleException|WorkflowError|SystemExit)\b/;
/** Lower than that of any line which names an error itself. */
export const wrapperScore = 37;

/**
 * Patterns for lines that name the cause of a failure, as programs and systems write them. The patterns are anchored or
 * begin with a fixed text, and have no nested repetition: a hostile line cannot make them slow. Special patterns
 * precede general ones.
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
    pattern:
      /java\.lang\.OutOfMemoryError|heap out of memory|cannot allocate memory|cannot allocate vector|OOM when allocating/i,
    score: 82,
  },
  {
    pattern: /\bstd::bad_alloc\b|^MemoryError\b|out of memory(?: error)?[.!]?$|\bOutOfMemoryException\b/i,
    score: 82,
  },
  { pattern: /DUE TO (?:TIME LIMIT|PREEMPTION|MEMORY LIMIT|NODE FAILURE)/, score: 85 },
  { pattern: /killed by YARN for exceeding|exceed(?:ing|ed) memory limits?|\bOOMKilled\b/i, score: 85 },
  // Ends by the system.
  {
    pattern:
      /segmentation fault|SIGSEGV|access[ _]violation|bus error|illegal instruction|floating point exception/i,
    score: 72,
  },
  { pattern: /^Killed$|: line \d+: +\d+ Killed\b|\bKilled: 9$/, score: 65 },
  { pattern: /AddressSanitizer: |stack smashing detected|double free or corruption/, score: 78 },
  // Last lines of tracebacks. `find-error.ts` knows how a traceback begins, `consequences.ts` which lines only follow one.
  { pattern: wrappers, score: wrapperScore },
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
  { pattern: /^--> FOAM FATAL (?:IO )?ERROR/, score: 66, continues: true },
  { pattern: /^ *\*{3} (?:FATAL|ERROR) \*{3}|^Fatal error:$/, score: 60, continues: true },
  { pattern: /^Error in .{0,300}:$/, score: 60, continues: true },
  { pattern: /^Error in .{1,300} : ./, score: 60 },
  { pattern: /^Error using [\w./>]+/, score: 65, continues: true },
  { pattern: /^(?:Fortran runtime error|forrtl: (?:severe|error))/, score: 70 },
  { pattern: /^ERROR: LoadError: /, score: 70 },
  { pattern: /^E {3,}(?:assert\b|Failed: |[\w.]*(?:Error|Exception)\b)/, score: 62 },
  { pattern: /^FAILED \S+::/, score: 60, isFirst: true },
  { pattern: /^Failed tests: +\S|^\[ERROR\] {2,}[\w$.]+[.:]\w+:\d+ /, score: 58, isFirst: true },
  {
    pattern:
      /^(?:Uncaught )?(?:[\w$]+\.)*[A-Z][\w$]*(?:Error|Exception|Interrupt|Exit|Warning)(?: \[\w+\])?(?::|$)/,
    score: 58,
  },
  { pattern: /^[A-Z][\w$]*(?:Error|Exception) in .{1,300}:$/, score: 58, continues: true },
  { pattern: /^[A-Z]\w*NotFound:$/, score: 56, continues: true },
  { pattern: /^(?:[a-z_]\w*\.)+[A-Z]\w*(?:: |$)/, score: 45 },
  // What ffmpeg's parts report; the first one explains the others.
  {
    pattern:
      /^\[[\w#:/,.-]{1,60} @ (?:0x)?[0-9a-f]{6,16}\] .{0,200}(?:\berror|not supported|no capable|invalid|not found|unknown|unable|cannot|could not|failed)/i,
    score: 54,
    isFirst: true,
  },
  // Compilers and builds.
  { pattern: /^[^\s:]+:\d+:(?:\d+:)? (?:fatal )?error: /, score: 62, isFirst: true },
  { pattern: /^error\[E\d+\]: /, score: 62, isFirst: true },
  { pattern: /^> (?:Could not |Compilation failed|There were failing tests|A failure occurred)/, score: 50 },
  { pattern: /^ *\u25cf .{1,300} \u203a /, score: 52, isFirst: true },
  { pattern: /undefined reference to |unresolved external symbol|cannot find -l/, score: 60, isFirst: true },
  { pattern: /^[^\s(]+\(\d+,\d+\): error [A-Z]+\d+: /, score: 62, isFirst: true },
  { pattern: /^\[ERROR\] \S+\.(?:java|kt|scala|groovy):\[?\d/, score: 62, isFirst: true },
  { pattern: /^CMake Error/, score: 58, isFirst: true, continues: true },
  { pattern: /error while loading shared libraries: |GLIBC_[\d.]+' not found|DLL load failed/, score: 75 },
  // Shells and systems.
  { pattern: /\bError response from daemon: |^curl: \(\d+\) |^rsync error: |^(?:wget|ssh|scp): /, score: 56 },
  { pattern: /^npm (?:ERR!|error) (?:E[A-Z]{3,}|\d{3}) \S/, score: 54, isFirst: true },
  { pattern: /exec format error|bad interpreter|: No module named |^Can't locate \S+ in @INC/i, score: 62 },
  { pattern: /:\d+:in [`'][^']{1,200}': /, score: 62 },
  { pattern: / at \S+ line \d+\.$/, score: 52 },
  {
    pattern:
      /NVIDIA-SMI has failed|no CUDA-capable device|found no NVIDIA driver|could not select device driver/i,
    score: 70,
  },
  { pattern: /command not found|is not recognized as (?:an internal|the name)|: not found$/i, score: 62 },
  { pattern: /No such file or directory|cannot find the (?:file|path)|could not find file/i, score: 50 },
  { pattern: /permission denied|access is denied|operation not permitted|EACCES/i, score: 50 },
  {
    pattern:
      /connection (?:refused|reset|timed out)|(?:failed to|couldn't|could not) connect|network is unreachable|no route to host|could not resolve host|name or service not known|ECONN[A-Z]+|ETIMEDOUT|ENOTFOUND|certificate (?:verify failed|has expired|signed by unknown)/i,
    score: 48,
  },
  { pattern: /License Manager Error/i, score: 60, isFirst: true },
  {
    pattern: /license checkout|no licenses? available|\blicense server\b.*\b(?:down|refused|failed)\b/i,
    score: 55,
    isFirst: true,
  },
  { pattern: /time ?limit|timed? ?out\b|deadline exceeded/i, score: 42 },
  // Lines that programs mark as errors.
  { pattern: /^Caused by:$/, score: 36, continues: true },
  { pattern: /^(?:\S+ ){0,6}?\[?(?:FATAL|CRITICAL|PANIC|EMERG)\]?\b/, score: 52 },
  {
    pattern: /^(?:npm (?:ERR!|error) |pip: error|fatal: |ERROR: |Error: |error: |ERROR \d+)/,
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

/** Matches every line that one of the patterns matches, and few others: most lines of a log are tested only against this one. */
export const anyErrorPattern = new RegExp(errorPatterns.map(({ pattern }) => pattern.source).join("|"), "i");
