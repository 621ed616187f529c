"""The short story as Python's clients tell it: what they have in common. See ../matrix/story.ts."""

import sys
import time

ADDRESS, NAME = sys.argv[1:3]
TOPIC, GROUP, WRITTEN = f"{NAME}-t", f"{NAME}-g", f"{NAME}-tx"
CODECS = ["none", "gzip", "snappy", "lz4", "zstd"]
RECORDS = [(f"key {at}".encode(), f"record {at} of many that compress well".encode()) for at in range(100)]
GROUP_RECORDS = [(f"key {at}".encode(), str(at).encode()) for at in range(60)]
TRANSACTIONS = [(b"a", "commit"), (b"b", "abort"), (b"c", "commit")]
UNTIL_S = 30


def tell(step, seen):
    print(f"{step}: {seen}", flush=True)


def told(values):
    same = values == [value for _, value in RECORDS][: len(values)]
    return f"{len(values)} records" if same else f"other records: {values[:3]}"


def group_told(values):
    return f"{sum(value in values for _, value in GROUP_RECORDS)} records"


def text(values):
    return " ".join(value.decode() for value in values)


def until(what, is_so):
    """Clients do their work while they are polled, which is_so does."""
    deadline = time.monotonic() + UNTIL_S
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"it never came about: {what}")
