"""The manifest beside the weights: the digest of every file, what they were made from, and the version of all."""

import hashlib
import json
from pathlib import Path

from training.sets import UNSTATED, Library

NAME = "manifest.json"


def write_manifest(folder: Path, library: Library) -> str:
    """Write the manifest of a folder of weights; return the version, a digest of all of them."""
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    }
    version = hashlib.sha256(
        "".join(f"{name} {digest}\n" for name, digest in files.items()).encode()
    ).hexdigest()[:12]
    manifest = {
        "version": version,
        "files": files,
        "sets": {name: "B" if name in UNSTATED else "A" for name in sorted(library.opened)},
    }
    (folder / NAME).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return version
