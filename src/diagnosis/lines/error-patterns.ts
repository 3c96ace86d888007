/**
 * A pattern for lines that name the cause of a failure. A higher score is more certain. The first matching pattern of a
 * line is used.
 */
export interface ErrorPattern {
  readonly pattern: RegExp;
  readonly score: number;
  /** The message is in the next line, as MATLAB and Rust write it, or after a line that matches. */
  readonly continues?: true | RegExp;
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
  { pattern: /\bout of (?:GPU |device |host |video )?memory\b/i, score: 60 },
  { pattern: /DUE TO (?:TIME LIMIT|PREEMPTION|MEMORY LIMIT|NODE FAILURE)/, score: 85 },
  { pattern: /killed by YARN for exceeding|exceed(?:ing|ed) memory limits?|\bOOMKilled\b/i, score: 85 },
  // Ends by the system.
  { pattern: /\bFatal error: +\S/, score: 74 },
  {
    pattern:
      /segmentation fault|SIGSEGV|access[ _]violation|bus error|illegal instruction|floating point exception/i,
    score: 72,
  },
  { pattern: /^Killed$|: line \d+: +\d+ Killed\b|\bKilled: 9$/, score: 65 },
  { pattern: /AddressSanitizer: |stack smashing detected|double free or corruption/, score: 78 },
  { pattern: /^(?:malloc|free|realloc|munmap_chunk)\(\): |^corrupted (?:size|double-linked)/, score: 78 },
  // Last lines of tracebacks. `find-error.ts` knows how a traceback begins, `consequences.ts` which lines only follow one.
  { pattern: wrappers, score: wrapperScore },
  { pattern: /\berror MSB3073: /, score: wrapperScore },
  { pattern: /\bfailed \(exitcode: -?\d+\) local_rank: \d+/, score: 38 },
  { pattern: /^CreateCondaEnvironmentException:/, score: 56, continues: /^Output:$/ },
  { pattern: /^Caused by: [\w.$]+/, score: 72 },
  { pattern: /^Exception in thread "[^"]*" [\w.$]+/, score: 68 },
  { pattern: /^ *---> [\w.]+(?:Exception|Error)\b/, score: 72 },
  { pattern: /^Unhandled [Ee]xception[.:]/, score: 68 },
  { pattern: /^(?:panic|fatal error): /, score: 70 },
  { pattern: /^thread '[^']*'(?: \(\d+\))? panicked at '/, score: 70 },
  { pattern: /^thread '[^']*'(?: \(\d+\))? panicked at /, score: 70, continues: true },
  { pattern: /^ +what\(\): /, score: 72 },
  { pattern: /^libc\+\+abi: terminating /, score: 72 },
  { pattern: /^\*\* \((?:\w+\.)*\w+\) /, score: 66 },
  { pattern: /^terminate called after throwing an instance of /, score: 60 },
  { pattern: /Assertion [`'"].*failed|^Assertion failed/, score: 70 },
  { pattern: /^--> FOAM FATAL (?:IO )?ERROR/, score: 66, continues: true },
  { pattern: /^ *\*{3} (?:FATAL|ERROR) \*{3}|^Fatal error:$/, score: 60, continues: true },
  { pattern: /^FATAL CALLED FROM FILE:/, score: 60, continues: true },
  { pattern: /^\|? *(?:Error in routine \w+ \(\S+\):|VERY BAD NEWS!)/, score: 64, continues: true },
  { pattern: /^[\w-]+: (?:[A-Za-z]:)?[^:]{1,300}\.ps[dm]?1:\d+$/, score: 66, continues: /^ *\| +~+$/ },
  {
    pattern:
      /^(?:Add|Convert\w*|Copy|Export|Get|Import|Install|Invoke|Join|Move|New|Out|Remove|Set|Start|Test|Write)-[A-Z]\w+ : ./,
    score: 63,
    isFirst: true,
  },
  { pattern: /^Error in .{0,300}:$/, score: 60, continues: true },
  { pattern: /^Error in .{1,300} : ./, score: 60 },
  { pattern: /^Error using [\w./>]+/, score: 65, continues: true },
  { pattern: /^(?:Fortran runtime error|forrtl: (?:severe|error))/, score: 70 },
  { pattern: /^ERROR: LoadError: /, score: 70 },
  { pattern: /(?:^|: )(?:Test Failed|Error During Test) at \S+:\d+$/, score: 58, isFirst: true },
  { pattern: /^E {3,}(?:assert\b|Failed: |[\w.]*(?:Error|Exception)\b)/, score: 62 },
  { pattern: /^FAILED \S+::/, score: 60, isFirst: true },
  { pattern: /^Failed tests: +\S|^\[ERROR\] {2,}[\w$.]+[.:]\w+:\d+ /, score: 58, isFirst: true },
  {
    pattern:
      /^(?:Uncaught )?(?:[\w$]+\.)*(?:[A-Z][\w$]*(?:Error|Exception|Interrupt|Exit|Warning)|Exception)(?: \[\w+\])?(?::|$)/,
    score: 58,
  },
  { pattern: /^[A-Z][\w$]*(?:Error|Exception) in .{1,300}:$/, score: 58, continues: true },
  { pattern: /^[A-Z]\w*NotFound:$/, score: 56, continues: true },
  { pattern: /^(?:[a-z_]\w*\.)+[A-Z]\w*(?:: |$)/, score: 45 },
  // What ffmpeg's parts report; the first one explains the others.
  { pattern: /^\[(?:in|out)#\d[^\]]{0,60} @ [^\]]{1,40}\] Error opening /, score: 38 },
  { pattern: /^Error opening (?:in|out)put file /, score: 51, isFirst: true },
  {
    pattern:
      /^\[[\w#:/,.-]{1,60} @ (?:0x)?[0-9a-f]{6,16}\] .{0,200}(?:\berror|not supported|no capable|invalid|not found|unknown|unable|cannot|could not|failed)/i,
    score: 54,
    isFirst: true,
  },
  // Compilers and builds.
  { pattern: /^[^\s:]+:\d+:(?:\d+:)? (?:fatal )?error: /, score: 62, isFirst: true },
  { pattern: /^error\[E\d+\]: /, score: 62, isFirst: true },
  {
    pattern: /^ *> (?:Could not |Compilation failed|There were failing tests|A failure occurred)/,
    score: 50,
  },
  { pattern: /^ *\u25cf .{1,300} \u203a /, score: 52, isFirst: true },
  { pattern: /undefined reference to |unresolved external symbol|cannot find -l/, score: 60, isFirst: true },
  { pattern: / ?: (?:fatal )?error [A-Z]{1,10}\d{1,6}: /, score: 62, isFirst: true },
  { pattern: /\*\*\* .{1,500}\. {1,2}Stop\.$/, score: 58, isFirst: true },
  { pattern: /^\[ERROR\] \S+\.(?:java|kt|scala|groovy):\[?\d/, score: 62, isFirst: true },
  { pattern: /^CMake Error/, score: 58, isFirst: true, continues: true },
  { pattern: /error while loading shared libraries: |GLIBC_[\d.]+' not found|DLL load failed/, score: 75 },
  // Package managers and tools with a form of their own; the first message explains the others.
  { pattern: /^E: [A-Z][a-z]|^dpkg: error /, score: 52, isFirst: true },
  { pattern: /^\* [\w[\]-]+\.[\w.[\]-]+: (?!\d+ error)/, score: 54, isFirst: true },
  { pattern: /\b\d+ errors? occurred:$/, score: 50, continues: true },
  { pattern: /^\[E::\w+\] /, score: 54, isFirst: true },
  {
    pattern: /^[\s\u2500-\u257f-]*(?:nothing provides |.{1,200} does not exist \(perhaps )/,
    score: 56,
    isFirst: true,
  },
  { pattern: / @ (?:error|fatal)\/[\w-]{1,60}\.c\/\w{1,80}\/\d+\.?$/, score: 56, isFirst: true },
  { pattern: /^ *#000: .{1,300} in \w+\(\): /, score: 52, isFirst: true },
  { pattern: /^Number of (?:File |Folder )?Transfers Failed: [1-9]/, score: 48, isFirst: true },
  // MPI, which explains in a frame of dashes.
  { pattern: /^\*\*\* MPI_ERR_\w+: /, score: 60 },
  {
    pattern: /^(?:mpirun|mpiexec|orterun|prterun|prte) was unable to |^There are not enough slots available/,
    score: 56,
    continues: true,
  },
  { pattern: /^= +KILLED BY SIGNAL: /, score: 46 },
  // Shells and systems.
  { pattern: /: line \d+: (?:.{1,200}: unbound variable|syntax error)/, score: 60, isFirst: true },
  { pattern: /\bError response from daemon: |^curl: \(\d+\) |^rsync error: |^(?:wget|ssh|scp): /, score: 56 },
  { pattern: /^npm (?:ERR!|error) (?:E[A-Z]{3,}|\d{3}) \S/, score: 54, isFirst: true },
  { pattern: /exec format error|bad interpreter|: No module named |^Can't locate \S+ in @INC/i, score: 62 },
  { pattern: /:\d+:in [`'][^']{1,200}': /, score: 62 },
  { pattern: / at \S+ line \d+(?:, <\w+> (?:line|chunk) \d+)?\.$/, score: 52 },
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
  { pattern: /^Error\b[^:]{0,80}: (?![-+.\d])\S/, score: 46 },
  { pattern: /\b(?:ERROR|FATAL|SEVERE)\b/, score: 45 },
  // A program and what it could not do, as tools of Unix write it; the first one explains the others.
  {
    pattern:
      /^(?!info|debug|note|warn|trace)[\w./+-]{1,100}: {1,3}.{0,300}\b(?:unexpected|cannot|can't|could not|unable to|failed to|exhausted|not allowed|invalid option|unrecognized)\b/i,
    score: 38,
    isFirst: true,
  },
  { pattern: /\berror\b *[:=]|\bexception\b *:/i, score: 40 },
  {
    pattern:
      /\b(?:error|exception|failed|failure|fatal|abort(?:ed|ing)?|cannot|could not|unable to|invalid|denied|missing)\b/i,
    score: 25,
  },
];

/** Matches every line that one of the patterns matches, and few others: most lines of a log are tested only against this one. */
export const anyErrorPattern = new RegExp(errorPatterns.map(({ pattern }) => pattern.source).join("|"), "i");
