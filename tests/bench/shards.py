"""shards.py EXTENSION [ROWS]: a matrix of many rows in one pass, and of ten shards that are merged.

2,500 models answer as many questions as make ROWS rows (50 million), spread over ten database files as if by chance. One pass: one
process reads all files. Shards: a process for each file makes the matrix of its rows, one after another or two at a time, and one
merges the ten. The time is that of the processes, with the reading of files that the system has in memory; the memory is
that of the largest process.
"""
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

MODELS, SHARDS = 2500, 10
MAKE = "SELECT score_matrix(model, question, score) FROM "


def connect(extension, path):
    db = sqlite3.connect(path)
    db.enable_load_extension(True)
    db.load_extension(extension)
    return db


def child(extension, folder, task):
    """What a process does: `all`, the number of a shard, or `merge`."""
    if task == "merge":
        db = connect(extension, ":memory:")
        db.execute("CREATE TABLE matrices(matrix)")
        for shard in range(SHARDS):
            with open(f"{folder}/{shard}.matrix", "rb") as file:
                db.execute("INSERT INTO matrices VALUES (?)", (file.read(),))
        matrix, = db.execute("SELECT score_matrix_merge(matrix) FROM matrices").fetchone()
    elif task == "all":
        db = connect(extension, ":memory:")
        for shard in range(SHARDS):
            db.execute(f"ATTACH 'file:{folder}/{shard}.db?mode=ro' AS shard{shard}")
        every = " UNION ALL ".join(f"SELECT * FROM shard{shard}.results" for shard in range(SHARDS))
        matrix, = db.execute(MAKE + f"({every})").fetchone()
    else:
        matrix, = connect(extension, f"{folder}/{task}.db").execute(MAKE + "results").fetchone()
    with open(f"{folder}/{task}.matrix", "wb") as file:
        file.write(matrix)


def make(folder, shard, questions):
    db = sqlite3.connect(f"{folder}/{shard}.db")
    db.executescript(f"""PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
      CREATE TABLE results AS WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i < {MODELS - 1}),
                                             q(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM q WHERE j < {questions - 1})
        SELECT i AS model, j AS question, (i * 7919 + j * 104729 + i * j % 977 * 31) % 1009 < 200 + i % 600 AS score
          FROM q CROSS JOIN m WHERE (i * 2654435761 + j * 40503 + i * j % 991 * 7) / 64 % {SHARDS} = {shard}""")
    db.close()


def run(extension, folder, tasks, at_once):
    """Seconds until all tasks are done, and the megabytes of the largest process."""
    start, largest, waiting, running = time.perf_counter(), 0, list(tasks), 0
    while waiting or running:
        while waiting and running < at_once:
            subprocess.Popen([sys.executable, __file__, extension, folder, str(waiting.pop(0))])
            running += 1
        _, status, usage = os.wait3(0)
        if status:
            sys.exit("shards.py: a process failed")
        running -= 1
        largest = max(largest, usage.ru_maxrss / 1000)
    return time.perf_counter() - start, largest


def main(extension, rows):
    questions = rows // MODELS
    with tempfile.TemporaryDirectory() as folder:
        for shard in range(SHARDS):
            make(folder, shard, questions)
        size = sum(os.path.getsize(f"{folder}/{shard}.db") for shard in range(SHARDS)) / 1e9
        run(extension, folder, ["all"], 1)  # the files are in memory from here on
        once, once_memory = run(extension, folder, ["all"], 1)
        merged, merge_memory = 0, 0
        print(f"| {MODELS * questions / 1e6:.0f} million rows, {size:.1f} GB | seconds | of one pass | largest process, MB |")
        print("|---|---|---|---|")
        print(f"| one pass | {once:.1f} | 1.00 | {once_memory:.0f} |")
        for at_once, name in ((1, "ten shards, one after another"), (2, "ten shards, two at a time")):
            seconds, memory = run(extension, folder, range(SHARDS), at_once)
            merged, merge_memory = run(extension, folder, ["merge"], 1)
            with open(f"{folder}/all.matrix", "rb") as whole, open(f"{folder}/merge.matrix", "rb") as parts:
                if whole.read() != parts.read():
                    sys.exit("shards.py: the merged matrix is not that of the whole")
            total = seconds + merged
            print(f"| {name}, and merged | {total:.1f} | {total / once:.2f} | {max(memory, merge_memory):.0f} |")
        print(f"| of this, merging | {merged:.2f} | {merged / once:.2f} | {merge_memory:.0f} |")


if len(sys.argv) == 4:
    child(*sys.argv[1:])
else:
    main(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 50_000_000)
