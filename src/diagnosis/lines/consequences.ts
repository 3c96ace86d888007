/** Lines that are consequences of an error, or not errors: used as the cause only if there is no other. */
const consequences: readonly RegExp[] = [
  // How a process ended: the cause is in an earlier line.
  /\b(?:exit(?:s|ed)?|completed|failed|finished|ended|terminated) with (?:an? )?(?:error )?(?:exit )?(?:code|status)\b/i,
  /non-zero (?:exit |error )?(?:code|status)|\(exit (?:code|status):? -?\d+\)\.?$|returned a non-zero|bad exit status|did not complete successfully/i,
  /^(?:Execution halted|Aborted|Abort trap|Traceback |Command failed|core dumped|Exiting)/i,
  /^(?:goroutine \d+|\[signal SIG|note: run with|During handling of|The above exception)/i,
  /MPI_ABORT|^srun: (?!error)|^slurmstepd: error: (?!.*(?:DUE TO|oom))/i,
  /^srun: error: (?!.*(?:segmentation fault|bus error|illegal instruction|floating point|out of memory))/i,
  // Messages of builds, workflows and runners after the error of a command.
  /^(?:make(?:\[\d+\])?: \*\*\* (?!.*\bStop\.$)|\*\*\* (?!ERROR|FATAL|MPI_ERR_)|executor failed running|(?:ERROR|WARNING): Job failed)/i,
  /^(?:npm (?:ERR!|error) )?gyp (?:ERR! (?!stack Error: )|info |verb )/i,
  /^npm (?:ERR!|error) (?:code (?:ELIFECYCLE|\d+)|errno|syscall|A complete log|path|command|cwd|\s|node|npm|$)/i,
  /^\[ERROR\](?:$| (?:-> |\[Help|Please refer|To see the full|Re-run Maven|For more information|After correcting))/i,
  /^(?:Command (?:error|output|executed|exit status|wrapper):$|Removing output files of failed job )/i,
  /^\[[^\]]{1,80}\] (?:Task finished with error|Terminating thread with|Error sending frames to consumers|Nothing was written)/i,
  /^(?:Error in rule |Error executing process|At least one job did not complete|ERROR ~ Error executing process)/i,
  /^ *error: [a-z]+(?:-[a-z]+){2,}$|^ *ERROR: Failed building wheel/,
  /^(?:ERROR )?STOP \d+$|^tar: Error is not recoverable/,
  /\bTask \d+ in stage [\d.]+ failed \d+ times; aborting job/,
  /^E: Sub-process .{1,200} returned an error code/,
  /^ERROR: (?:LoadError: )*(?:Failed to precompile |\S+ had test errors|Package \S+ errored during testing)/,
  /^(?:BUILD FAILED|FAILURE: Build failed|Execution failed for task|error: (?:could not compile|aborting due to)|Conversion failed)/i,
  /^=+ .*\d+ (?:failed|errors?)\b/i,
  // Counts, and warnings. A message about warnings is none.
  /^\W*\d+ (?:error|warning)\(s\)/i,
  /^(?:\S+ +){0,6}?[[(<*]*warn(?:ing)?\b/i,
  /\b(?:[1-9]\d* passed|(?<![\d.])0 (?:errors|failed)|no errors?|without errors?|errors? ?[:=] ?0(?=$|[,;)\]]| +warn)|retrying|will retry\b)/i,
];

/** Whether a line alone does not name a cause. */
export function isConsequence(line: string): boolean {
  return consequences.some((pattern) => pattern.test(line));
}
