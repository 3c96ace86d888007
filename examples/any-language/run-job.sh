#!/usr/bin/env bash
# Does on this machine what Batch does with the job's tasks: gives each a folder and its variables, and starts its command line.
# A variable selects the store, for example AZURE_STORAGE_CONNECTION_STRING (UseDevelopmentStorage=true is Azurite).
set -euo pipefail

example=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
export AZ_BATCH_JOB_ID=${1:-weather-$(date +%s)}

task() { # task ID COMMAND-LINE...
  export AZ_BATCH_TASK_ID=$1 AZ_BATCH_TASK_DIR=$root/$1
  mkdir -p "$AZ_BATCH_TASK_DIR/wd"
  (cd "$AZ_BATCH_TASK_DIR/wd" && "${@:2}")
}

batch-outputs prepare
for year in 2012 2013 2014 2015; do
  task "year-$year" batch-outputs run --outputs-file "$example/outputs.yaml" -- \
    python3 "$example/climate.py" "$example/data/seattle-weather.csv" "$year"
done
task warmest batch-outputs run --save JobOutput=warmest-months.csv:success -- \
  "$example/warmest.sh" 2012 2013 2014 2015

echo
batch-outputs list --all
echo
batch-outputs cat JobOutput warmest-months.csv --no-task
