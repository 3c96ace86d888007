import type { LogForm } from "./log-form.js";

/** Logs in the form of tools that install, build and transfer, with names of our own. */
export const logsOfTools: readonly LogForm[] = [
  [
    "Ansible",
    "No package matching 'gdal-binn' is available",
    `TASK [install] *****************************************************************
fatal: [node7]: FAILED! => {"changed": false, "msg": "No package matching 'gdal-binn' is available"}

PLAY RECAP *********************************************************************
node7                      : ok=3    changed=1    unreachable=0    failed=1    skipped=0    rescued=0    ignored=0`,
  ],
  [
    "Ansible, unreachable",
    "UNREACHABLE!",
    `TASK [Gathering Facts] *********************************************************
fatal: [node7]: UNREACHABLE! => {"changed": false, "msg": "Failed to connect to the host via ssh: ssh: connect to host 10.0.0.7 port 22: Connection timed out", "unreachable": true}

PLAY RECAP *********************************************************************
node7                      : ok=0    changed=0    unreachable=1    failed=0    skipped=0    rescued=0    ignored=0`,
  ],
  [
    "Terraform",
    "Error: creating Batch Pool: unexpected status 409",
    `azurerm_batch_pool.p: Creating...
╷
│ Error: creating Batch Pool: unexpected status 409 (409 Conflict) with error: PoolExists: The specified pool already exists.
│ 
│   with azurerm_batch_pool.p,
│   on main.tf line 12, in resource "azurerm_batch_pool" "p":
│   12: resource "azurerm_batch_pool" "p" {
│ 
╵`,
  ],
  [
    "docker build",
    "torc==2.9",
    `#9 2.311 ERROR: Could not find a version that satisfies the requirement torc==2.9 (from versions: none)
#9 2.312 ERROR: No matching distribution found for torc==2.9
#9 ERROR: process "/bin/sh -c pip install -r r.txt" did not complete successfully: exit code: 1
------
 > [5/6] RUN pip install -r r.txt:
2.311 ERROR: Could not find a version that satisfies the requirement torc==2.9 (from versions: none)
2.312 ERROR: No matching distribution found for torc==2.9
------
Dockerfile:9
--------------------
   8 |     COPY r.txt .
   9 | >>> RUN pip install -r r.txt
  10 |     
--------------------
ERROR: failed to solve: process "/bin/sh -c pip install -r r.txt" did not complete successfully: exit code: 1`,
  ],
  [
    "docker, OCI runtime",
    'exec: "solver": executable file not found in $PATH',
    `docker: Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "solver": executable file not found in $PATH: unknown.
ERRO[0000] error waiting for container: context canceled`,
  ],
  [
    "pip",
    "torc==2.9",
    `Collecting torc==2.9
ERROR: Could not find a version that satisfies the requirement torc==2.9 (from versions: none)
ERROR: No matching distribution found for torc==2.9`,
  ],
  [
    "pip, a wheel that does not build",
    "error: command 'gcc' failed: No such file or directory",
    `  Building wheel for psutil (pyproject.toml): finished with status 'error'
  error: subprocess-exited-with-error
  
  × Building wheel for psutil (pyproject.toml) did not run successfully.
  │ exit code: 1
  ╰─> [12 lines of output]
      running build_ext
      building 'psutil._psutil_linux' extension
      error: command 'gcc' failed: No such file or directory
      [end of output]
  
  note: This error originates from a subprocess, and is likely not a problem with pip.
  ERROR: Failed building wheel for psutil
Failed to build psutil
error: failed-wheel-build-for-install

× Failed to build installable wheels for some pyproject.toml based projects
╰─> psutil`,
  ],
  [
    "conda",
    "PackagesNotFoundError: The following packages are not available from current channels:",
    `Collecting package metadata (current_repodata.json): done
Solving environment: failed with initial frozen solve. Retrying with flexible solve.

PackagesNotFoundError: The following packages are not available from current channels:

  - gdall

Current channels:

  - https://conda.example.org/linux-64`,
  ],
  [
    "mamba",
    "gdall does not exist",
    `error    libmamba Could not solve for environment specs
    The following package could not be installed
    └─ gdall does not exist (perhaps a typo or a missing channel).
critical libmamba Could not solve for environment specs`,
  ],
  [
    "apt",
    "E: Unable to locate package libgdal-devv",
    `Reading package lists...
Building dependency tree...
E: Unable to locate package libgdal-devv`,
  ],
  [
    "apt, dpkg lock",
    "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)",
    `Reading package lists...
E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (unattended-upgr)
N: Be aware that removing the lock file is not a solution and may break your system.
E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another process using it?`,
  ],
  [
    "dnf",
    "Error: Unable to find a match: gdal-devell",
    `Last metadata expiration check: 0:00:12 ago
No match for argument: gdal-devell
Error: Unable to find a match: gdal-devell`,
  ],
  [
    "make, gcc",
    "solve.c:14:5: error: 'dt' undeclared (first use in this function)",
    `cc -O2 -c solve.c
solve.c: In function 'step':
solve.c:14:5: error: 'dt' undeclared (first use in this function)
   14 |     dt = 1;
      |     ^~
solve.c:14:5: note: each undeclared identifier is reported only once for each function it appears in
make: *** [Makefile:7: solve.o] Error 1
make: *** Waiting for unfinished jobs....`,
  ],
  [
    "ld",
    "undefined reference to `dgemm_'",
    `/usr/bin/ld: solve.o: in function \`step':
solve.c:(.text+0x1b): undefined reference to \`dgemm_'
collect2: error: ld returned 1 exit status
make: *** [Makefile:9: solver] Error 1`,
  ],
  [
    "cmake",
    "Could NOT find HDF5 (missing: HDF5_LIBRARIES HDF5_INCLUDE_DIRS)",
    `-- The C compiler identification is GNU 12.2.0
CMake Error at /usr/share/cmake-3.25/Modules/FindPackageHandleStandardArgs.cmake:230 (message):
  Could NOT find HDF5 (missing: HDF5_LIBRARIES HDF5_INCLUDE_DIRS)
Call Stack (most recent call first):
  /usr/share/cmake-3.25/Modules/FindPackageHandleStandardArgs.cmake:600 (_FPHSA_FAILURE_MESSAGE)
  CMakeLists.txt:12 (find_package)


-- Configuring incomplete, errors occurred!
See also "/w/build/CMakeFiles/CMakeOutput.log".`,
  ],
  [
    "ninja",
    "../src/solve.cc:3:10: fatal error: Eigen/Dense: No such file or directory",
    `[1/3] Building CXX object CMakeFiles/s.dir/solve.cc.o
FAILED: CMakeFiles/s.dir/solve.cc.o 
/usr/bin/c++   -O3 -o CMakeFiles/s.dir/solve.cc.o -c ../src/solve.cc
../src/solve.cc:3:10: fatal error: Eigen/Dense: No such file or directory
    3 | #include <Eigen/Dense>
      |          ^~~~~~~~~~~~~
compilation terminated.
ninja: build stopped: subcommand failed.`,
  ],
  [
    "make without a rule",
    "make: *** No rule to make target 'mesh.o', needed by 'solver'.  Stop.",
    `cc -c a.c
make: *** No rule to make target 'mesh.o', needed by 'solver'.  Stop.`,
  ],
  [
    "Gradle",
    "error: cannot find symbol",
    `> Task :compileJava FAILED
/w/src/main/java/A.java:7: error: cannot find symbol
        Catlog c;
        ^
  symbol:   class Catlog
1 error

FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':compileJava'.
> Compilation failed; see the compiler output below.

* Try:
> Run with --info option to get more log output.

BUILD FAILED in 3s`,
  ],
  [
    "Gradle, a dependency",
    "> Could not find com.acme:catalog:9.",
    `FAILURE: Build failed with an exception.

* What went wrong:
Execution failed for task ':compileJava'.
> Could not resolve all files for configuration ':compileClasspath'.
   > Could not find com.acme:catalog:9.
     Searched in the following locations:
       - https://repo.example.org/com/acme/catalog/9/catalog-9.pom
     Required by:
         root project :

BUILD FAILED in 1s`,
  ],
  [
    "dotnet build",
    "error CS0246: The type or namespace name 'Catlog' could not be found",
    `  Determining projects to restore...
/w/Program.cs(7,9): error CS0246: The type or namespace name 'Catlog' could not be found (are you missing a using directive or an assembly reference?) [/w/app.csproj]

Build FAILED.

/w/Program.cs(7,9): error CS0246: The type or namespace name 'Catlog' could not be found (are you missing a using directive or an assembly reference?) [/w/app.csproj]
    0 Warning(s)
    1 Error(s)

Time Elapsed 00:00:03.11`,
  ],
  [
    "MSBuild",
    'error MSB4018: The "ResolvePackageAssets" task failed unexpectedly.',
    `C:\\Program Files\\dotnet\\sdk\\8.0.100\\Sdks\\x.targets(266,5): error MSB4018: The "ResolvePackageAssets" task failed unexpectedly. [C:\\w\\app.csproj]

Build FAILED.
    0 Warning(s)
    1 Error(s)`,
  ],
  [
    "NuGet",
    "error NU1101: Unable to find package Acme.Catlog.",
    `/w/app.csproj : error NU1101: Unable to find package Acme.Catlog. No packages exist with this id in source(s): nuget.org
  Failed to restore /w/app.csproj (in 1.2 sec).`,
  ],
  [
    "azcopy",
    "AuthorizationPermissionMismatch",
    `INFO: Scanning...
INFO: Authenticating to destination using Azure AD

failed to perform copy command due to error: cannot start job due to error: cannot list files due to reason -> github.com/Azure/azure-storage-blob-go/azblob.newStorageError, storage_error.go:42
===== RESPONSE ERROR (ServiceCode=AuthorizationPermissionMismatch) =====
Description=This request is not authorized to perform this operation using this permission., Details: 
   Code: AuthorizationPermissionMismatch
RESPONSE Status: 403 This request is not authorized to perform this operation using this permission.`,
  ],
  [
    "azcopy's summary",
    "Transfers Failed: 3",
    `Job 1f2 summary
Elapsed Time (Minutes): 0.0334
Number of File Transfers: 10
Number of File Transfers Completed: 7
Number of File Transfers Failed: 3
Final Job Status: CompletedWithErrors`,
  ],
  [
    "az",
    "AuthorizationFailed",
    `ERROR: (AuthorizationFailed) The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Batch/batchAccounts/read' over scope '/subscriptions/z' or the scope is invalid.
Code: AuthorizationFailed
Message: The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.Batch/batchAccounts/read' over scope '/subscriptions/z' or the scope is invalid.`,
  ],
  [
    "wget",
    "ERROR 404: Not Found.",
    `--2026-11-02 10:00:01--  https://data.example.org/dem.tif
Resolving data.example.org (data.example.org)... 192.0.2.7
Connecting to data.example.org (data.example.org)|192.0.2.7|:443... connected.
HTTP request sent, awaiting response... 404 Not Found
2026-11-02 10:00:02 ERROR 404: Not Found.`,
  ],
  [
    "wget, a name",
    "wget: unable to resolve host address 'data.example.invalid'",
    `--2026-11-02 10:00:01--  https://data.example.invalid/dem.tif
Resolving data.example.invalid (data.example.invalid)... failed: Name or service not known.
wget: unable to resolve host address 'data.example.invalid'`,
  ],
  [
    "curl, a status",
    "curl: (22) The requested URL returned error: 403",
    `curl: (22) The requested URL returned error: 403`,
  ],
  [
    "git",
    "fatal: repository 'https://git.example.org/a.git/' not found",
    `Cloning into 'a'...
remote: Repository not found.
fatal: repository 'https://git.example.org/a.git/' not found`,
  ],
  [
    "tar",
    "tar: Unexpected EOF in archive",
    `tar: Unexpected EOF in archive
tar: Error is not recoverable: exiting now`,
  ],
  ["gzip", "gzip: in.gz: unexpected end of file", `gzip: in.gz: unexpected end of file`],
  [
    "unzip",
    "unzip:  cannot find zipfile directory",
    `Archive:  a.zip
  End-of-central-directory signature not found.  Either this file is not
  a zipfile, or it constitutes one disk of a multi-part archive.
unzip:  cannot find zipfile directory in one of a.zip or
        a.zip.zip, and cannot find a.zip.ZIP, period.`,
  ],
  [
    "SQL",
    'ERROR:  relation "tiles" does not exist',
    `psql:load.sql:3: ERROR:  relation "tiles" does not exist
LINE 1: select * from tiles;
                      ^`,
  ],
  [
    "kubectl",
    'Error from server (NotFound): pods "x" not found',
    `Error from server (NotFound): pods "x" not found`,
  ],
  [
    "systemd OOM",
    "Out of memory: Killed process 812 (python3)",
    `[123456.789] Out of memory: Killed process 812 (python3) total-vm:70123456kB, anon-rss:60123456kB, file-rss:0kB`,
  ],
];
