"""A job by Debian's azure-batch, as one would write it for Azure; what it saw goes to standard output as JSON."""

import json
import os
import time

from azure.batch import BatchServiceClient, models
from azure.batch.batch_auth import SharedKeyCredentials

client = BatchServiceClient(
    SharedKeyCredentials(os.environ["AZURE_BATCH_ACCOUNT"], os.environ["AZURE_BATCH_ACCESS_KEY"]),
    batch_url=os.environ["AZURE_BATCH_ENDPOINT"],
)
client.pool.add(
    models.PoolAddParameter(
        id="pool",
        vm_size="standard_d2s_v3",
        virtual_machine_configuration=models.VirtualMachineConfiguration(
            image_reference=models.ImageReference(
                publisher="canonical", offer="ubuntu-24_04-lts", sku="server", version="latest"
            ),
            node_agent_sku_id="batch.node.ubuntu 24.04",
        ),
        target_dedicated_nodes=1,
    )
)
client.job.add(
    models.JobAddParameter(id="film", pool_info=models.PoolInformation(pool_id="pool"), uses_task_dependencies=True)
)
log = models.OutputFile(
    file_pattern="../std*.txt",
    destination=models.OutputFileDestination(
        container=models.OutputFileBlobContainerDestination(
            container_url=os.environ["OUTPUT_CONTAINER_URL"], path="second/$TaskLog"
        )
    ),
    upload_options=models.OutputFileUploadOptions(upload_condition=models.OutputFileUploadCondition.task_completion),
)
first = models.TaskAddParameter(id="first", command_line="/bin/sh -c 'echo frame > frame.txt'")
second = models.TaskAddParameter(
    id="second",
    command_line="/bin/sh -c 'echo two'",
    depends_on=models.TaskDependencies(task_ids=["first"]),
    output_files=[log],
)
added = client.task.add_collection("film", [first, second])
statuses = [str(one.status.value) for one in added.value]
try:
    client.task.add("film", first)
except models.BatchErrorException as error:
    statuses.append("clienterror" if error.error.code == "TaskExists" else error.error.code)

while client.task.get("film", "second").state != models.TaskState.completed:
    time.sleep(0.1)

counts = client.job.get_task_counts("film").task_counts
completed = client.task.list("film", models.TaskListOptions(filter="state eq 'completed'", max_results=1))
files = client.file.list_from_task("film", "first", recursive=True)
frame = b"".join(client.file.get_from_task("film", "first", "wd/frame.txt"))
properties = client.file.get_properties_from_task("film", "first", "wd/frame.txt", raw=True)
seen = {
    "added": statuses,
    "counts": [counts.completed, counts.succeeded, counts.failed],
    "completed": [task.id for task in completed],
    "exit_code": client.task.get("film", "first").execution_info.exit_code,
    "files": [file.name for file in files if file.name != "certs"],
    "frame": frame.decode(),
    "size": int(properties.headers["Content-Length"]),
}
client.task.delete("film", "first")
try:
    client.task.get("film", "first")
except models.BatchErrorException as error:
    seen["missing"] = error.error.code
seen["pool_exists"] = client.pool.exists("pool")
client.job.delete("film")
client.pool.delete("pool")
while client.pool.exists("pool"):
    time.sleep(0.1)
print(json.dumps(seen))
