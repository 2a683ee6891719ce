"""Faults: processes killed, disks full, clocks wrong, servers that lie. Nothing is lost, nothing is sent twice."""
