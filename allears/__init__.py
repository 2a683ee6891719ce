"""All Ears: the self-hosted social customer-care desk. Read `flow.py` first."""

import sys

try:  # older SQLite libraries can corrupt a database in WAL mode (docs/decisions/0002)
    import pysqlite3
except ImportError:
    pass
else:
    sys.modules["sqlite3"] = pysqlite3
    sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2

__version__ = "0.1.0"
