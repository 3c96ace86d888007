import { describe, expect, it } from "vitest";

import { findError } from "../../src/diagnosis/index.js";

/** Ends of logs as tools and languages write them, in words of our own, and the line that a person would name. */
const logs: readonly (readonly [what: string, expected: string, lines: readonly string[]])[] = [
  [
    "Python",
    "KeyError: 'lat'",
    [
      "2026-11-02 10:00:01 INFO reading tile 17",
      "Traceback (most recent call last):",
      '  File "/app/tile.py", line 88, in <module>',
      "    main()",
      '  File "/app/tile.py", line 41, in main',
      '    x = row["lat"]',
      "        ~~~^^^^^^^",
      "KeyError: 'lat'",
    ],
  ],
  [
    "a chain of Python exceptions",
    "app.errors.TileMissing: tile 7 is not in the archive",
    [
      "Traceback (most recent call last):",
      '  File "a.py", line 1, in f',
      "FileNotFoundError: [Errno 2] No such file or directory: 'x.tif'",
      "",
      "During handling of the above exception, another exception occurred:",
      "",
      "Traceback (most recent call last):",
      '  File "a.py", line 9, in <module>',
      "app.errors.TileMissing: tile 7 is not in the archive",
    ],
  ],
  [
    "PyTorch on a full GPU",
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
    [
      "Epoch 3:  12%|█▏        | 40/320 [00:12<01:20,  3.5it/s]\rEpoch 3:  13%|█▎        | 41/320",
      "Traceback (most recent call last):",
      '  File "train.py", line 212, in <module>',
      "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
      "wandb: Run history is synced",
      "wandb: Find logs at: ./wandb/run-1/logs",
    ],
  ],
  [
    "pytest",
    "E       AssertionError: assert 3 == 4",
    [
      "    def test_sum():",
      ">       assert add(1, 2) == 4",
      "E       AssertionError: assert 3 == 4",
      "E        +  where 3 = add(1, 2)",
      "tests/test_sum.py:5: AssertionError",
      "=========== 1 failed, 41 passed in 2.31s ===========",
    ],
  ],
  [
    "Node.js",
    "TypeError: Cannot read properties of undefined (reading 'id')",
    [
      "/app/index.js:12",
      "    return task.id;",
      "                ^",
      "",
      "TypeError: Cannot read properties of undefined (reading 'id')",
      "    at Object.<anonymous> (/app/index.js:12:17)",
      "    at Module._compile (node:internal/modules/cjs/loader:1554:14)",
      "",
      "Node.js v22.14.0",
    ],
  ],
  [
    "Node.js without memory",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    [
      "<--- Last few GCs --->",
      "[17:0x5] 9000 ms: Mark-Compact 2046.1 (2083.2) -> 2045.9 MB",
      "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
      "----- Native stack trace -----",
      " 1: 0xb8d0a0 node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]",
    ],
  ],
  [
    "npm",
    'npm error Missing script: "bild"',
    [
      'npm error Missing script: "bild"',
      "npm error A complete log of this run can be found in: /root/.npm/_logs/x-debug-0.log",
    ],
  ],
  [
    "Java",
    "Caused by: java.net.ConnectException: Connection refused",
    [
      'Exception in thread "main" java.lang.RuntimeException: cannot load catalog',
      "\tat com.acme.Catalog.load(Catalog.java:31)",
      "Caused by: java.net.ConnectException: Connection refused",
      "\tat java.base/sun.nio.ch.Net.connect0(Native Method)",
      "\t... 4 more",
    ],
  ],
  [
    ".NET",
    "---> System.IO.IOException: The pipe is broken.",
    [
      "Unhandled exception. System.AggregateException: One or more errors occurred. (The pipe is broken.)",
      " ---> System.IO.IOException: The pipe is broken.",
      "   at Acme.Render.Frame.Write(Stream s) in C:\\src\\Frame.cs:line 77",
      "   --- End of inner exception stack trace ---",
      "   at Acme.Render.Program.Main(String[] args)",
    ],
  ],
  [
    "Go",
    "panic: runtime error: index out of range [5] with length 5",
    [
      "panic: runtime error: index out of range [5] with length 5",
      "",
      "goroutine 1 [running]:",
      "main.main()",
      "\t/app/main.go:14 +0x1d",
      "exit status 2",
    ],
  ],
  [
    "Rust",
    "thread 'main' panicked at src/main.rs:4:10: called `Option::unwrap()` on a `None` value",
    [
      "thread 'main' panicked at src/main.rs:4:10:",
      "called `Option::unwrap()` on a `None` value",
      "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    ],
  ],
  [
    "R",
    "Error in library(sf) : there is no package called 'sf'",
    [
      "Loading required package: methods",
      "Error in library(sf) : there is no package called 'sf'",
      "Calls: main -> library",
      "Execution halted",
    ],
  ],
  [
    "R with the message in the next line",
    "Error in read.table(file = file, header = header, sep = sep, quote = quote,  : duplicate 'row.names' are not allowed",
    [
      "Error in read.table(file = file, header = header, sep = sep, quote = quote,  : ",
      "  duplicate 'row.names' are not allowed",
      "Execution halted",
    ],
  ],
  [
    "MATLAB",
    "Error using load Unable to read file 'mesh.mat': no such file.",
    [
      "Error using load",
      "Unable to read file 'mesh.mat': no such file.",
      "",
      "Error in run_case (line 12)",
      "    m = load(name);",
    ],
  ],
  [
    "bash",
    "./task.sh: line 3: gdalwarp: command not found",
    [
      "+ gdalwarp in.tif out.tif",
      "./task.sh: line 3: gdalwarp: command not found",
      "make: *** [Makefile:4: warp] Error 127",
    ],
  ],
  [
    "the out-of-memory killer, as the kernel says it",
    "[ 9122.1] Out of memory: Killed process 4242 (python3) total-vm:9000000kB",
    ["step 14 of 90", "[ 9122.1] Out of memory: Killed process 4242 (python3) total-vm:9000000kB"],
  ],
  [
    "a shell whose command was killed",
    "/mnt/wd/run.sh: line 7:  3121 Killed                  ./solver input.dat",
    [
      "iteration 881 residual 1.2e-3",
      "/mnt/wd/run.sh: line 7:  3121 Killed                  ./solver input.dat",
    ],
  ],
  [
    "Slurm out of time",
    "slurmstepd: error: *** JOB 7781 ON node014 CANCELLED AT 2026-03-01T04:00:12 DUE TO TIME LIMIT ***",
    [
      "step 100 dt=0.01",
      "slurmstepd: error: *** JOB 7781 ON node014 CANCELLED AT 2026-03-01T04:00:12 DUE TO TIME LIMIT ***",
      "srun: error: node014: task 0: Terminated",
    ],
  ],
  [
    "a full disk",
    "OSError: [Errno 28] No space left on device: '/mnt/out/part-3.parquet'",
    [
      "writing part 3",
      "Traceback (most recent call last):",
      '  File "w.py", line 3, in <module>',
      "OSError: [Errno 28] No space left on device: '/mnt/out/part-3.parquet'",
      "ERROR: 1 part failed",
    ],
  ],
  [
    "C++",
    "what():  vector::_M_range_check: __n (which is 9) >= this->size() (which is 4)",
    [
      "terminate called after throwing an instance of 'std::out_of_range'",
      "  what():  vector::_M_range_check: __n (which is 9) >= this->size() (which is 4)",
      "Aborted (core dumped)",
    ],
  ],
  [
    "a failed assertion in C",
    "solve: lu.c:77: factor: Assertion `pivot != 0' failed.",
    ["solve: lu.c:77: factor: Assertion `pivot != 0' failed.", "Aborted (core dumped)"],
  ],
  [
    "a compiler, whose first error counts",
    "src/a.c:3:5: error: unknown type name 'flot'",
    [
      "src/a.c:3:5: error: unknown type name 'flot'",
      "src/a.c:9:1: error: expected '}' at end of input",
      "make: *** [Makefile:2: a.o] Error 1",
    ],
  ],
  [
    "the dynamic linker",
    "./sim: error while loading shared libraries: libhdf5.so.103: cannot open shared object file: No such file or directory",
    [
      "./sim: error while loading shared libraries: libhdf5.so.103: cannot open shared object file: No such file or directory",
    ],
  ],
  [
    "Fortran",
    "Fortran runtime error: End of file",
    [
      "At line 88 of file forcing.f90 (unit = 12, file = 'in.dat')",
      "Fortran runtime error: End of file",
      "Error termination. Backtrace:",
      "#0  0x7f31c2223960 in ???",
    ],
  ],
  [
    "Julia",
    "ERROR: LoadError: DimensionMismatch: A has size (3,4), B has size (3,4)",
    [
      "ERROR: LoadError: DimensionMismatch: A has size (3,4), B has size (3,4)",
      "Stacktrace:",
      " [1] top-level scope",
    ],
  ],
  [
    "MPI, where the cause comes before the abort",
    "ERROR: mesh partition 3 is empty",
    [
      "ERROR: mesh partition 3 is empty",
      "MPI_ABORT was invoked on rank 3 in communicator MPI_COMM_WORLD",
      "with errorcode 1.",
    ],
  ],
  [
    "a CI runner",
    "fatal: unable to access 'https://git.example.com/r.git/': Could not resolve host: git.example.com",
    [
      "fatal: unable to access 'https://git.example.com/r.git/': Could not resolve host: git.example.com",
      "##[error]Process completed with exit code 128.",
    ],
  ],
  [
    "Gradle",
    "> Could not resolve com.acme:core:2.1.",
    [
      "FAILURE: Build failed with an exception.",
      "* What went wrong:",
      "Execution failed for task ':app:compileJava'.",
      "> Could not resolve com.acme:core:2.1.",
      "* Try:",
      "BUILD FAILED in 3s",
    ],
  ],
  [
    "Cargo, whose first error counts",
    "error[E0308]: mismatched types",
    [
      "error[E0308]: mismatched types",
      " --> src/main.rs:4:18",
      "error[E0425]: cannot find value `x` in this scope",
      'error: could not compile `sim` (bin "sim") due to 2 previous errors',
    ],
  ],
  [
    "Ruby",
    "app.rb:3:in `scale': undefined method `*' for nil (NoMethodError)",
    ["app.rb:3:in `scale': undefined method `*' for nil (NoMethodError)", "\tfrom app.rb:9:in `<main>'"],
  ],
  [
    "a program with the message below a title",
    "Fatal error: Step 12: the box is too small",
    ["Fatal error:", "Step 12: the box is too small", "For more information see the manual."],
  ],
  [
    "a program of another processor",
    "/mnt/wd/run: line 2: ./solver: cannot execute binary file: Exec format error",
    ["/mnt/wd/run: line 2: ./solver: cannot execute binary file: Exec format error"],
  ],
  [
    "Python without a package",
    "/usr/bin/python3: No module named pip",
    ["/usr/bin/python3: No module named pip", "##[error]Bash exited with code '1'."],
  ],
  [
    "a step of a pipeline whose only message is the runner's",
    "##[error]The job ran longer than the maximum time of 60 minutes.",
    [
      "step 3 of 9",
      "2026-04-05T07:50:59.4359335Z ##[error]The job ran longer than the maximum time of 60 minutes.",
    ],
  ],
  [
    "a program that warns and counts no errors",
    "Error: license checkout failed: all 4 seats are in use",
    [
      "warning: 12 deprecated options, 0 errors",
      "Error: license checkout failed: all 4 seats are in use",
      "Retrying is off, 0 errors ignored",
    ],
  ],
];

describe("The line of a log with the cause", () => {
  it.each(logs)("of %s", (_, expected, lines) => {
    expect(findError(`${lines.join("\n")}\n`)).toMatchObject({ line: expected, isCertain: true });
  });

  it("is found despite CRLF line ends, colours and progress bars", () => {
    const text = "10%\r20%\r30%\r\n\u001b[31mERROR\u001b[0m: no mesh\r\ndone\r\n";
    expect(findError(text)?.line).toBe("ERROR: no mesh");
  });

  it("is the last line, marked as uncertain, if no line is an error", () => {
    expect(findError("one\ntwo\n\n")).toMatchObject({ line: "two", isCertain: false });
    expect(findError("")).toBeUndefined();
    expect(findError("\r\n\n")).toBeUndefined();
  });

  it("is returned with the lines around it, and without credentials", () => {
    const found = findError("a\nb\nc\nd\nError: refused https://x/y?sig=topsecret\ne\nf\ng\n");
    expect(found?.context).toEqual(["b", "c", "d", "Error: refused https://x/y?sig=REDACTED", "e", "f"]);
    expect(JSON.stringify(found)).not.toContain("topsecret");
  });

  it("is found quickly in hostile lines", () => {
    for (const part of ["a.", "Error ", "[", "1a", "/x", "x:", "'", "A$", "0-", "- "]) {
      const text = `${part.repeat(2000)}\n`.repeat(16);
      expect(findError(text)).toBeDefined();
    }
  });
});
