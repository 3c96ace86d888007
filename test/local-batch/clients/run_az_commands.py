"""Runs the commands of the Azure CLI that it reads from its standard input, one JSON array of arguments a line.

Answers each with a line of JSON: its exit status, its output, and what it wrote to standard error.
"""

import io
import json
import sys

from azure.cli.core import get_default_cli


def run(cli, arguments, errors):
    output = io.StringIO()
    try:
        status = cli.invoke(arguments, out_file=output)
    except SystemExit as end:
        status = end.code
    text = errors.getvalue()
    errors.truncate(0)
    errors.seek(0)
    return {"status": status, "output": output.getvalue(), "errors": text}


def main():
    answers, errors = sys.stdout, io.StringIO()
    # The CLI keeps the stream to which it logs: it is the same for all commands.
    sys.stdout = sys.stderr = errors
    cli = get_default_cli()
    for line in sys.stdin:
        answers.write(json.dumps(run(cli, json.loads(line), errors)) + "\n")
        answers.flush()


main()
