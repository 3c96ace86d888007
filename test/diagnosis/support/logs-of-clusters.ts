import type { LogForm } from "./log-form.js";

/** Logs in the form of schedulers, MPI and programs that compute, with names of our own. */
export const logsOfClusters: readonly LogForm[] = [
  [
    "Blender",
    'Error: Cannot read file "/w/scene.blend": No such file or directory',
    `Blender 4.2.1 LTS (hash 396f546c9d82 built 2024-08-19 11:20:09)
Error: Cannot read file "/w/scene.blend": No such file or directory
Blender quit`,
  ],
  [
    "Blender, a Python script",
    "KeyError: 'bpy_prop_collection[key]: key \"Cube\" not found'",
    `Read blend: "/w/a.blend"
Traceback (most recent call last):
  File "/w/render.py", line 4, in <module>
KeyError: 'bpy_prop_collection[key]: key "Cube" not found'

Error: script failed, file: '/w/render.py', exiting.

Blender quit`,
  ],
  [
    "Blender, GPU",
    "Error: Out of memory in CUDA queue enqueue",
    `Fra:12 Mem:2048.11M (Peak 2100.00M) | Time:00:12.11 | Rendering 1 / 64 samples
Error: Out of memory in CUDA queue enqueue (integrator_shade_surface)
Error: Failed to free CUDA memory
Fra:12 Mem:2048.11M | Time:00:13.00 | Finished`,
  ],
  [
    "ffmpeg",
    "/w/in.mp4: No such file or directory",
    `ffmpeg version 5.1.6-0+deb12u1 Copyright (c) 2000-2024 the FFmpeg developers
  built with gcc 12 (Debian 12.2.0-14)
  libavutil      57. 28.100 / 57. 28.100
/w/in.mp4: No such file or directory`,
  ],
  [
    "ffmpeg, an invalid file",
    "moov atom not found",
    `[mov,mp4,m4a,3gp,3g2,mj2 @ 0x55d0c3a5b2c0] moov atom not found
/w/in.mp4: Invalid data found when processing input`,
  ],
  [
    "ffmpeg 7",
    "in.mp4",
    `[in#0 @ 0x5581f5d2e1c0] Error opening input: No such file or directory
Error opening input file /w/in.mp4.
Error opening input files: No such file or directory`,
  ],
  [
    "ImageMagick",
    "convert-im6.q16: cache resources exhausted `big.tif' @ error/cache.c/OpenPixelCache/4119.",
    `convert-im6.q16: cache resources exhausted \`big.tif' @ error/cache.c/OpenPixelCache/4119.`,
  ],
  [
    "ImageMagick, policy",
    "attempt to perform an operation not allowed by the security policy `PDF'",
    `convert-im6.q16: attempt to perform an operation not allowed by the security policy \`PDF' @ error/constitute.c/IsCoderAuthorized/426.
convert-im6.q16: no images defined \`a.png' @ error/convert.c/ConvertImageCommand/3234.`,
  ],
  [
    "OpenFOAM, floating point",
    "Floating point exception",
    `Time = 12
DILUPBiCGStab:  Solving for Ux, Initial residual = 0.9, Final residual = 1e+38, No Iterations 1000
#0  Foam::error::printStack(Foam::Ostream&) at ??:?
#1  Foam::sigFpe::sigHandler(int) at ??:?
#2  ? in "/lib/x86_64-linux-gnu/libpthread.so.0"
#3  Foam::divide(...) at ??:?
Floating point exception (core dumped)`,
  ],
  [
    "GROMACS",
    "Atom HB1 in residue ALA 3 was not found in rtp entry NALA with 12 atoms",
    `Program:     gmx pdb2gmx, version 2023.3
Source file: src/gromacs/gmxpreprocess/pdb2gmx.cpp (line 736)

Fatal error:
Atom HB1 in residue ALA 3 was not found in rtp entry NALA with 12 atoms
while sorting atoms.

For more information and tips for troubleshooting, please check the GROMACS
website at http://www.gromacs.org/Documentation/Errors
-------------------------------------------------------`,
  ],
  [
    "GROMACS, LINCS",
    "Too many LINCS warnings (1001)",
    `Step 512, time 1.024 (ps)  LINCS WARNING
relative constraint deviation after LINCS:
rms 0.111, max 1.5 (between atoms 71 and 73)

-------------------------------------------------------
Program:     gmx mdrun, version 2023.3
Source file: src/gromacs/mdlib/constr.cpp (line 230)

Fatal error:
Too many LINCS warnings (1001)
If you know what you are doing you can adjust the lincs warning threshold in
your mdp file
or set the environment variable GMX_MAXCONSTRWARN to -1,
but normally it is better to fix the problem

For more information and tips for troubleshooting, please check the GROMACS
website at http://www.gromacs.org/Documentation/Errors
-------------------------------------------------------`,
  ],
  [
    "LAMMPS",
    "ERROR: Lost atoms: original 4000 current 3987",
    `   100   1.2   -3.4
ERROR: Lost atoms: original 4000 current 3987 (src/thermo.cpp:481)
Last command: run 1000
--------------------------------------------------------------------------
MPI_ABORT was invoked on rank 0 in communicator MPI_COMM_WORLD
with errorcode 1.
--------------------------------------------------------------------------`,
  ],
  [
    "VASP",
    "VERY BAD NEWS! internal error in subroutine SGRCON",
    `  DAV:   1     0.111E+03
 -----------------------------------------------------------------------------
|                                                                             |
|     VERY BAD NEWS! internal error in subroutine SGRCON:                     |
|     Found some non-integer element in rotation matrix 7                     |
|                                                                             |
 -----------------------------------------------------------------------------`,
  ],
  [
    "Quantum ESPRESSO",
    "problems computing cholesky",
    ` %%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%
     Error in routine cdiaghg (15):
      problems computing cholesky
 %%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%

     stopping ...
--------------------------------------------------------------------------
MPI_ABORT was invoked on rank 3 in communicator MPI_COMM_WORLD
with errorcode 1.
--------------------------------------------------------------------------`,
  ],
  [
    "Abaqus",
    "Abaqus Error: Analysis Input File Processor exited with an error.",
    `Abaqus JOB beam
Begin Analysis Input File Processor
Abaqus Error: Analysis Input File Processor exited with an error.
Abaqus/Analysis exited with errors`,
  ],
  [
    "ANSYS",
    "The unknown or incorrect command",
    ` *** ERROR ***                           CP =      12.111   TIME= 10:11:12
 The unknown or incorrect command *GETT was found.  This command is ignored.`,
  ],
  [
    "Slurm, time",
    "CANCELLED AT 2026-11-02T10:00:00 DUE TO TIME LIMIT",
    `step 9
slurmstepd: error: *** JOB 4711 ON node7 CANCELLED AT 2026-11-02T10:00:00 DUE TO TIME LIMIT ***`,
  ],
  [
    "Slurm, oom_kill",
    "Detected 1 oom_kill event in StepId=4711.0",
    `slurmstepd: error: Detected 1 oom_kill event in StepId=4711.0. Some of the step tasks have been OOM Killed.
srun: error: node7: task 0: Out Of Memory
srun: Terminating StepId=4711.0`,
  ],
  [
    "Open MPI, a missing program",
    "prterun was unable to launch the specified application",
    `--------------------------------------------------------------------------
prterun was unable to launch the specified application as it could not access
or execute an executable:

Executable: ./solvr
Node: node7

while attempting to start process rank 0.
--------------------------------------------------------------------------`,
  ],
  [
    "Open MPI, slots",
    "There are not enough slots available in the system to satisfy the 64",
    `--------------------------------------------------------------------------
There are not enough slots available in the system to satisfy the 64
slots that were requested by the application:

  ./solver

Either request fewer procs for your application, or make more slots
available for use.
--------------------------------------------------------------------------`,
  ],
  [
    "Intel MPI",
    "KILLED BY SIGNAL: 9",
    `===================================================================================
=   BAD TERMINATION OF ONE OF YOUR APPLICATION PROCESSES
=   RANK 3 PID 811 RUNNING AT node7
=   KILLED BY SIGNAL: 9 (Killed)
===================================================================================`,
  ],
  [
    "MPI error handler",
    "MPI_ERR_TRUNCATE: message truncated",
    `[node7:00812] *** An error occurred in MPI_Recv
[node7:00812] *** reported by process [123456,1]
[node7:00812] *** on communicator MPI_COMM_WORLD
[node7:00812] *** MPI_ERR_TRUNCATE: message truncated
[node7:00812] *** MPI_ERRORS_ARE_FATAL (processes in this communicator will now abort,
[node7:00812] ***    and potentially your MPI job)`,
  ],
  [
    "Snakemake, a missing input",
    "MissingInputException in rule align",
    `Building DAG of jobs...
MissingInputException in rule align in file /w/Snakefile, line 3:
Missing input files for rule align:
    output: out/a.bam
    wildcards: s=a
    affected files:
        in/a.fq`,
  ],
  [
    "Spark, Python",
    "ValueError: could not convert string to float: 'x'",
    `26/11/02 10:00:01 ERROR Executor: Exception in task 3.0 in stage 1.0 (TID 7)
org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/opt/spark/python/lib/pyspark.zip/pyspark/worker.py", line 830, in main
    process()
  File "/w/job.py", line 12, in parse
ValueError: could not convert string to float: 'x'

	at org.apache.spark.api.python.BasePythonRunner$ReaderIterator.handlePythonException(PythonRunner.scala:572)
26/11/02 10:00:01 WARN TaskSetManager: Lost task 3.0 in stage 1.0 (TID 7)
26/11/02 10:00:02 ERROR TaskSetManager: Task 3 in stage 1.0 failed 4 times; aborting job`,
  ],
  [
    "NCCL",
    "NCCL error in: ../torch/csrc/distributed/c10d/NCCLUtils.hpp:219",
    `Traceback (most recent call last):
  File "/w/train.py", line 44, in <module>
    dist.barrier()
torch.distributed.DistBackendError: NCCL error in: ../torch/csrc/distributed/c10d/NCCLUtils.hpp:219, unhandled system error (run with NCCL_DEBUG=INFO for details), NCCL version 2.18.1
ncclSystemError: System call (e.g. socket, malloc) or external library call failed or device error.
[2026-11-02 10:00:01,111] torch.distributed.elastic.multiprocessing.api: [ERROR] failed (exitcode: 1) local_rank: 0 (pid: 811) of binary: /usr/bin/python3`,
  ],
  [
    "NCCL's watchdog",
    "Watchdog caught collective operation timeout",
    `[E ProcessGroupNCCL.cpp:474] [Rank 3] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=42, OpType=ALLREDUCE, Timeout(ms)=1800000) ran for 1800713 milliseconds before timing out.
[E ProcessGroupNCCL.cpp:488] Some NCCL operations have failed or timed out. Due to the asynchronous nature of CUDA kernels, subsequent GPU operations might run on corrupted/incomplete data.
[E ProcessGroupNCCL.cpp:494] To avoid data inconsistency, we are taking the entire process down.
terminate called after throwing an instance of 'std::runtime_error'
  what():  [Rank 3] Watchdog caught collective operation timeout: WorkNCCL(SeqNum=42, OpType=ALLREDUCE, Timeout(ms)=1800000) ran for 1800713 milliseconds before timing out.`,
  ],
  [
    "Singularity",
    "FATAL:   container creation failed",
    `INFO:    Converting SIF file to temporary sandbox...
FATAL:   container creation failed: mount hook function failure: mount /data->/data error: while mounting /data: mount source /data doesn't exist`,
  ],
  [
    "Apptainer, an image",
    "FATAL:   could not open image /w/tool.sif",
    `FATAL:   could not open image /w/tool.sif: failed to retrieve path for /w/tool.sif: lstat /w/tool.sif: no such file or directory`,
  ],
  [
    "Erlang/Elixir",
    "** (RuntimeError) no mesh",
    `** (RuntimeError) no mesh
    a.exs:1: (file)
    (elixir 1.15.7) lib/code.ex:1435: Code.require_file/2`,
  ],
  [
    "bwa/samtools",
    '[E::hts_open_format] Failed to open file "a.bam" : No such file or directory',
    `[E::hts_open_format] Failed to open file "a.bam" : No such file or directory
samtools view: failed to open "a.bam" for reading: No such file or directory`,
  ],
  [
    "GDAL",
    "ERROR 4: in.tif: No such file or directory",
    `Creating output file that is 100P x 100L.
ERROR 4: in.tif: No such file or directory`,
  ],
  [
    "HDF5",
    "unable to open file",
    `HDF5-DIAG: Error detected in HDF5 (1.10.8) thread 1:
  #000: ../../../src/H5F.c line 620 in H5Fopen(): unable to open file
    major: File accessibility
    minor: Unable to open file
  #001: ../../../src/H5VLcallback.c line 3501 in H5VL_file_open(): failed to iterate over available VOL connector plugins`,
  ],
  [
    "NetCDF, WRF",
    "error opening wrfinput_d01",
    `-------------- FATAL CALLED ---------------
FATAL CALLED FROM FILE:  <stdin>  LINE:     296
error opening wrfinput_d01 for reading. Check the file exists.
-------------------------------------------`,
  ],
  [
    "dask",
    "KilledWorker",
    `2026-11-02 10:00:01,111 - distributed.nanny - WARNING - Worker process 812 was killed by signal 9
Traceback (most recent call last):
  File "/w/a.py", line 3, in <module>
    r.compute()
distributed.scheduler.KilledWorker: Attempted to run task 'f-7' on 4 different workers, but all those workers died while running it.`,
  ],
  [
    "Ray",
    "ray.exceptions.OutOfMemoryError: Task was killed due to the node running low on memory.",
    `Traceback (most recent call last):
  File "/w/a.py", line 3, in <module>
    ray.get(f.remote())
ray.exceptions.OutOfMemoryError: Task was killed due to the node running low on memory.
Memory on the node (IP: 10.0.0.7, ID: abc) where the task was running was 60GB / 64GB`,
  ],
];
