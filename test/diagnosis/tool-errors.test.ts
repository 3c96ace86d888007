import { expect, it } from "vitest";

import { findError } from "../../src/diagnosis/index.js";

/** Logs in which the line that a person would name does not have the form of other errors, shortened, with names of our own. */
const logs: readonly (readonly [what: string, expected: string, text: string])[] = [
  [
    "conda, whose title is followed by a list",
    "ResolvePackageNotFound: - freetype==2.10.0=he983fc9_0",
    `Solving environment: failed

ResolvePackageNotFound:
  - freetype==2.10.0=he983fc9_0
  - six==1.12.0=py37_1000

ERROR: Failed to run plugin: conda (exit code: 1)`,
  ],
  [
    "ffmpeg, whose first message explains the others",
    "YUV422P not supported",
    `[h264_nvenc @ 000002157d9b0300] YUV422P not supported
[h264_nvenc @ 000002157d9b0300] No capable devices found
[vost#0:0/h264_nvenc @ 000002157d9b00c0] Error while opening encoder - maybe incorrect parameters such as bit_rate.
[vf#0:0 @ 000002157d9b06c0] Error sending frames to consumers: Generic error in an external library
[vf#0:0 @ 000002157d9b06c0] Task finished with error code: -542398533 (Generic error in an external library)
[out#0/mp4 @ 000002157b7d0080] Nothing was written into output file, because at least one of its streams received no packets.
Conversion failed!`,
  ],
  [
    "a renderer that crashed on Windows, below a render farm",
    "EXCEPTION_ACCESS_VIOLATION",
    `2026-10-31 07:38:09:  0: STDOUT: Error   : EXCEPTION_ACCESS_VIOLATION
2026-10-31 07:38:09:  0: STDOUT: Address : 0x00007FF603053EF3
2026-10-31 07:38:09:  0: INFO: Process exit code: 11
2026-10-31 07:38:10:  0: ERROR: Task failed: renderer returned non-zero error code 11. Check the renderer's output.`,
  ],
  [
    "Nextflow, whose process printed only warnings",
    "Caused by: Process `scan (19)` terminated with an error exit status (137)",
    `Error executing process > 'scan (19)'

Caused by:
  Process \`scan (19)\` terminated with an error exit status (137)

Command executed:

  scan chunk.fq.gz --threads 2

Command exit status:
  137

Command error:
  WARNING: Your kernel does not support swap limit capabilities or the cgroup is not mounted.

Work dir:
  /data/work/19/abc`,
  ],
  [
    "npm, which explains what to do after the error",
    "npm ERR! ERESOLVE unable to resolve dependency tree",
    `npm ERR! code ERESOLVE
npm ERR! ERESOLVE unable to resolve dependency tree
npm ERR!
npm ERR! While resolving: app@1.0.0
npm ERR! Could not resolve dependency:
npm ERR! peer ui@"^17.0.0" from widgets@2.0.0
npm ERR! Fix the upstream dependency conflict, or retry
npm ERR! this command with --force or --legacy-peer-deps
npm ERR! to accept an incorrect (and potentially broken) dependency resolution.`,
  ],
  [
    "Docker",
    "docker: Error response from daemon: pull access denied for acme/solver",
    `Unable to find image 'acme/solver:latest' locally
docker: Error response from daemon: pull access denied for acme/solver, repository does not exist.
See 'docker run --help'.`,
  ],
  [
    "curl in a script",
    "curl: (28) Failed to connect to data.example.org port 443",
    `  0     0    0     0    0     0      0      0 --:--:--  0:02:10 --:--:--     0
curl: (28) Failed to connect to data.example.org port 443 after 130000 ms: Couldn't connect to server
+ exit 28`,
  ],
  [
    "Snakemake, which names the rule before the reason",
    "MissingOutputException in rule align in file /data/Snakefile, line 30: Job 4 completed, but some files are missing.",
    `MissingOutputException in rule align in file /data/Snakefile, line 30:
Job 4 completed, but some files are missing.
Removing output files of failed job align since they might be corrupted:
out/b.bam
Exiting because a job execution failed. Look above for error message`,
  ],
  [
    "TensorFlow, whose exception has a general message",
    "OOM when allocating tensor with shape[64,256]",
    `Traceback (most recent call last):
  File "train.py", line 3, in <module>
    model.fit(x)
tensorflow.python.framework.errors_impl.ResourceExhaustedError: Graph execution error:

Node: 'model/conv'
OOM when allocating tensor with shape[64,256] and type float on /job:localhost
Hint: If you want to see a list of allocated tensors, add an option.`,
  ],
];

it.each(logs)("the cause is found in a log of %s", (_, expected, text) => {
  const found = findError(text);
  expect(found?.line).toContain(expected);
  expect(found?.isCertain).toBe(true);
});
