import type { LogForm } from "./log-form.js";

/** Logs in the form of languages and shells, with names of our own. */
export const logsOfLanguages: readonly LogForm[] = [
  [
    "gfortran runtime, end of file",
    "Fortran runtime error: End of file",
    `At line 42 of file read_input.f90 (unit = 10, file = 'mesh.dat')
Fortran runtime error: End of file

Error termination. Backtrace:
#0  0x7f2c1d023d21 in ???
#1  0x7f2c1d023869 in ???
#2  0x401a3f in read_mesh_ at ./read_input.f90:42`,
  ],
  [
    "gfortran, a signal",
    "Program received signal SIGSEGV: Segmentation fault - invalid memory reference.",
    `step 100
Program received signal SIGSEGV: Segmentation fault - invalid memory reference.

Backtrace for this error:
#0  0x7f5b2f5d1d21 in ???
#1  0x55d0c in solve_ at /src/solve.f90:118`,
  ],
  [
    "ifort",
    "forrtl: severe (174): SIGSEGV, segmentation fault occurred",
    `forrtl: severe (174): SIGSEGV, segmentation fault occurred
Image              PC                Routine            Line        Source             
libpthread-2.17.s  00002B0C14B6F630  Unknown               Unknown  Unknown
wrf.exe            0000000000A1B2C3  module_adv_          1021  module_adv.f90`,
  ],
  [
    "Fortran's ERROR STOP",
    "ERROR STOP mesh has negative volume",
    `reading mesh
ERROR STOP mesh has negative volume

Error termination. Backtrace:
#0  0x7f in ???`,
  ],
  [
    "Julia",
    "DimensionMismatch: arrays could not be broadcast to a common size",
    `Starting
ERROR: LoadError: DimensionMismatch: arrays could not be broadcast to a common size; got a dimension with lengths 3 and 4
Stacktrace:
  [1] _bcs1
    @ ./broadcast.jl:529 [inlined]
  [2] top-level scope
    @ ~/run.jl:3
in expression starting at /home/u/run.jl:3`,
  ],
  [
    "Julia's package manager",
    "ERROR: LoadError: ArgumentError: Package CSV not found in current path.",
    `ERROR: LoadError: ArgumentError: Package CSV not found in current path.
- Run \`import Pkg; Pkg.add("CSV")\` to install the CSV package.
Stacktrace:
 [1] macro expansion
   @ ./loading.jl:1163 [inlined]
in expression starting at /w/a.jl:1`,
  ],
  [
    "Julia out of memory",
    "ERROR: OutOfMemoryError()",
    `iteration 12
ERROR: OutOfMemoryError()
Stacktrace:
 [1] Array
   @ ./boot.jl:477 [inlined]`,
  ],
  [
    "Rust, a panic of unwrap",
    "called `Result::unwrap()` on an `Err` value",
    `   Compiling x v0.1.0
thread 'main' (4711) panicked at src/main.rs:14:38:
called \`Result::unwrap()\` on an \`Err\` value: Os { code: 2, kind: NotFound, message: "No such file or directory" }
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
  ],
  [
    "Rust, an error of main",
    "Error: ParseIntError { kind: InvalidDigit }",
    `reading
Error: ParseIntError { kind: InvalidDigit }`,
  ],
  [
    "Rust, cargo",
    "error[E0382]: borrow of moved value: `v`",
    `   Compiling app v0.1.0 (/w/app)
error[E0382]: borrow of moved value: \`v\`
 --> src/main.rs:4:20
  |
2 |     let v = vec![1];
  |         - move occurs because \`v\` has type \`Vec<i32>\`
error: aborting due to 1 previous error

For more information about this error, try \`rustc --explain E0382\`.
error: could not compile \`app\` (bin "app") due to 1 previous error`,
  ],
  [
    "C++ terminate",
    "what():  vector::_M_range_check: __n (which is 7) >= this->size() (which is 3)",
    `terminate called after throwing an instance of 'std::out_of_range'
  what():  vector::_M_range_check: __n (which is 7) >= this->size() (which is 3)
Aborted (core dumped)`,
  ],
  [
    "C++ terminate on macOS",
    "libc++abi: terminating due to uncaught exception of type std::runtime_error: no mesh",
    `start
libc++abi: terminating due to uncaught exception of type std::runtime_error: no mesh
Abort trap: 6`,
  ],
  [
    "C's assert",
    "solver: solve.c:88: step: Assertion `dt > 0' failed.",
    `t=1
solver: solve.c:88: step: Assertion \`dt > 0' failed.
Aborted (core dumped)`,
  ],
  [
    "glibc's malloc",
    "malloc(): invalid size (unsorted)",
    `step 4
malloc(): invalid size (unsorted)
Aborted (core dumped)`,
  ],
  [
    "free of an invalid pointer",
    "free(): invalid pointer",
    `step 4
free(): invalid pointer
/batch/run.sh: line 7:   812 Aborted                 (core dumped) ./solver`,
  ],
  [
    "Perl's die",
    "Cannot open genes.gff: No such file or directory at annotate.pl line 12.",
    `reading
Cannot open genes.gff: No such file or directory at annotate.pl line 12.`,
  ],
  [
    "Perl, an undefined subroutine",
    "Undefined subroutine &main::tranlate called at a.pl line 3, <FH> line 71.",
    `start
Undefined subroutine &main::tranlate called at a.pl line 3, <FH> line 71.`,
  ],
  [
    "Perl, a module",
    "Can't locate Bio/SeqIO.pm in @INC",
    `Can't locate Bio/SeqIO.pm in @INC (you may need to install the Bio::SeqIO module) (@INC entries checked: /etc/perl /usr/local/lib/x86_64-linux-gnu/perl/5.38.2) at a.pl line 3.
BEGIN failed--compilation aborted at a.pl line 3.`,
  ],
  [
    "Ruby",
    "a.rb:3:in `fetch': key not found: :lat (KeyError)",
    `a.rb:3:in \`fetch': key not found: :lat (KeyError)
	from a.rb:3:in \`read'
	from a.rb:9:in \`<main>'`,
  ],
  [
    "Ruby 3.4",
    "a.rb:3:in 'Hash#fetch': key not found: :lat (KeyError)",
    `a.rb:3:in 'Hash#fetch': key not found: :lat (KeyError)
	from a.rb:3:in 'Object#read'
	from a.rb:9:in '<main>'`,
  ],
  [
    "Ruby, bundler",
    "Bundler::GemNotFound",
    `bundler: failed to load command: rake (/usr/bin/rake)
/usr/lib/ruby/bundler/resolver.rb:332:in 'raise_not_found!': Could not find gem 'nokogiri (= 9)' in rubygems repository https://example.org/ or installed locally. (Bundler::GemNotFound)
	from /usr/lib/ruby/bundler/resolver.rb:392:in 'x'`,
  ],
  [
    "PHP",
    "PHP Fatal error:  Uncaught TypeError: count(): Argument #1",
    `PHP Fatal error:  Uncaught TypeError: count(): Argument #1 ($value) must be of type Countable|array, null given in /w/a.php:3
Stack trace:
#0 {main}
  thrown in /w/a.php on line 3`,
  ],
  [
    "PHP memory",
    "Allowed memory size of 134217728 bytes exhausted",
    `PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /w/a.php on line 3`,
  ],
  [
    "Lua",
    "lua: a.lua:3: attempt to index a nil value (local 'mesh')",
    `lua: a.lua:3: attempt to index a nil value (local 'mesh')
stack traceback:
	a.lua:3: in function 'read'
	a.lua:9: in main chunk
	[C]: in ?`,
  ],
  [
    "PowerShell",
    "Get-Content : Cannot find path 'C:\\w\\in.csv' because it does not exist.",
    `Get-Content : Cannot find path 'C:\\w\\in.csv' because it does not exist.
At C:\\w\\run.ps1:3 char:1
+ Get-Content C:\\w\\in.csv
+ ~~~~~~~~~~~~~~~~~~~~~~~~
    + CategoryInfo          : ObjectNotFound: (C:\\w\\in.csv:String) [Get-Content], ItemNotFoundException
    + FullyQualifiedErrorId : PathNotFound,Microsoft.PowerShell.Commands.GetContentCommand`,
  ],
  [
    "PowerShell 7",
    "Attempted to divide by zero.",
    `start
RuntimeException: C:\\w\\run.ps1:3
Line |
   3 |  $a = 1 / 0
     |  ~~~~~~~~~~
     | Attempted to divide by zero.`,
  ],
  [
    "PowerShell 7, a cmdlet",
    "Cannot find path '/w/in.csv' because it does not exist.",
    `Get-Content: /w/run.ps1:3
Line |
   3 |  Get-Content in.csv
     |  ~~~~~~~~~~~~~~~~~~
     | Cannot find path '/w/in.csv' because it does not exist.`,
  ],
  [
    "cmd",
    "The system cannot find the file specified.",
    `C:\\w>copy a b
The system cannot find the file specified.`,
  ],
  [
    "R",
    "Error in library(sff) : there is no package called 'sff'",
    `> library(sff)
Error in library(sff) : there is no package called 'sff'
Execution halted`,
  ],
  [
    "R, a long call",
    "object 'tmp' not found",
    `Error in eval(predvars, data, env) : object 'tmp' not found
Calls: lm -> eval -> eval -> model.frame -> model.frame.default -> eval
Execution halted`,
  ],
  [
    "R, stop in a script",
    "Error: no rows",
    `Error: no rows
Execution halted`,
  ],
  [
    "R, rlang",
    "Can't subset columns that don't exist.",
    `Error in \`dplyr::select()\`:
! Can't subset columns that don't exist.
✖ Column \`x\` doesn't exist.
Backtrace:
     ▆
  1. ├─df %>% select(x)
Execution halted`,
  ],
  [
    "Scala",
    'java.lang.NumberFormatException: For input string: "x"',
    `Exception in thread "main" java.lang.NumberFormatException: For input string: "x"
	at java.base/java.lang.NumberFormatException.forInputString(NumberFormatException.java:67)
	at Main$.main(Main.scala:3)`,
  ],
  [
    "Kotlin, log4j",
    "java.sql.SQLException: Connection is closed",
    `10:00:01.123 [main] ERROR c.acme.Loader - load failed
java.sql.SQLException: Connection is closed
	at com.zaxxer.hikari.pool.ProxyConnection.x(ProxyConnection.java:515)
10:00:01.200 [main] INFO  c.acme.Loader - shutting down`,
  ],
  [
    "Deno",
    "error: Uncaught (in promise) NotFound: No such file or directory (os error 2): readfile 'a.txt'",
    `error: Uncaught (in promise) NotFound: No such file or directory (os error 2): readfile 'a.txt'
    at async Object.readTextFile (ext:deno_fs/30_fs.js:777:24)
    at async file:///w/a.ts:1:15`,
  ],
  [
    "Haskell",
    "Prelude.head: empty list",
    `solver: Prelude.head: empty list
CallStack (from HasCallStack):
  error, called at libraries/base/GHC/List.hs:1646:3 in base:GHC.List`,
  ],
  [
    "OCaml",
    "Fatal error: exception Not_found",
    `Fatal error: exception Not_found
Raised at Stdlib__Hashtbl.find in file "hashtbl.ml", line 539, characters 13-28`,
  ],
  [
    "Swift",
    "Fatal error: Index out of range",
    `Swift/ContiguousArrayBuffer.swift:600: Fatal error: Index out of range
Illegal instruction (core dumped)`,
  ],
  [
    "Go's log.Fatal",
    "open /w/in.csv: no such file or directory",
    `2026/11/02 10:00:01 open /w/in.csv: no such file or directory
exit status 1`,
  ],
  [
    "bash, unbound",
    "run.sh: line 3: INPUT: unbound variable",
    `+ set -u
run.sh: line 3: INPUT: unbound variable`,
  ],
  [
    "bash, syntax",
    "run.sh: line 9: syntax error near unexpected token `done'",
    `run.sh: line 9: syntax error near unexpected token \`done'
run.sh: line 9: \`done'`,
  ],
  [
    "Windows line ends in bash",
    "run.sh: line 2: $'\\r': command not found",
    `run.sh: line 2: $'\\r': command not found
run.sh: line 3: syntax error: unexpected end of file`,
  ],
  [
    "Python with logging.exception",
    "ZeroDivisionError: division by zero",
    `2026-11-02 10:00:01,123 ERROR tile 7 failed
Traceback (most recent call last):
  File "/w/a.py", line 3, in f
    return 1 / 0
           ~~^~~
ZeroDivisionError: division by zero
2026-11-02 10:00:01,200 INFO closing`,
  ],
  [
    "Python's SyntaxError",
    "SyntaxError: invalid syntax",
    `  File "/w/a.py", line 3
    print "x"
    ^^^^^^^^^
SyntaxError: invalid syntax`,
  ],
  [
    "argparse",
    "a.py: error: the following arguments are required: --input",
    `usage: a.py [-h] --input INPUT
a.py: error: the following arguments are required: --input`,
  ],
  [
    "an exception group",
    "ValueError: tile 7",
    `  + Exception Group Traceback (most recent call last):
  |   File "/w/a.py", line 3, in <module>
  |     raise ExceptionGroup("tiles", errors)
  | ExceptionGroup: tiles (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/w/a.py", line 9, in f
    | ValueError: tile 7
    +---------------- 2 ----------------
    | ValueError: tile 9
    +------------------------------------`,
  ],
];
