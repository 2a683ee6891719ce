"""What only programs need costs nothing before one comes."""

import os
import subprocess
import sys

CHECK = """
import sys
import allears.asgi
from django.urls import resolve, reverse
resolve("/api/v1/conversations"), reverse("desk")
print(sorted({"ninja", "pydantic"} & set(sys.modules)))
"""


def test_neither_start_nor_pages_import_what_only_the_api_needs(tmp_path):
    environment = {**os.environ, "ALLEARS_DATA": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", CHECK], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "[]", done.stderr[-2000:]
