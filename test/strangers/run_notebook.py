"""Executes a notebook with nbclient, as any Jupyter tool would, and validates it with nbformat.

usage: run_notebook.py NOTEBOOK EXECUTED
"""

import sys

import nbclient
import nbformat

source, target = sys.argv[1:]
notebook = nbformat.read(source, as_version=4)
nbclient.NotebookClient(
    notebook,
    timeout=120,
    kernel_name="deno",
    resources={"metadata": {"path": source.rsplit("/", 1)[0]}},
).execute()
nbformat.validate(notebook)
nbformat.write(notebook, target)
