"""How the extension comes and goes in a process.

    lifecycle.py EXTENSION [SECONDS]

Loaded and closed a thousand times in constant memory; twice under different names; before a fork, in parent and
child; beside NumPy, whose OpenBLAS and number of threads stay as they are. With SECONDS: mixed work for so long,
in constant memory. Debian's python3, because others may not load extensions.
"""
import os
import resource
import shutil
import sqlite3
import sys
import tempfile
import time

extension = os.path.abspath(sys.argv[1])
failed = []


def expect(holds, what):
    if not holds:
        failed.append(what)
        print("lifecycle:", what, file=sys.stderr)


def connect(path=extension):
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(path)
    return db


def resident():
    """MB that the process holds now."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


FILL = """CREATE TABLE results AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 6000)
  SELECT i / 150 AS model, i % 150 AS question, (i * 7919 + i / 150 * 104729 + i % 150 * 31) % 1009 < 200 + 15 * (i / 150) AS score FROM n;
CREATE TABLE objects AS SELECT score_matrix(model, question, score) FILTER (WHERE model < 30) AS s,
  score_matrix(model, question, score) FILTER (WHERE model >= 30 AND question % 9 = 1) AS t FROM results"""
WORK = """SELECT (SELECT group_concat(question) FROM coreset_select((SELECT s FROM objects), 10)),
  (SELECT group_concat(predicted || ' ' || lower) FROM coreset_predict((SELECT s FROM objects), (SELECT t FROM objects))),
  (SELECT group_concat(predicted) FROM krr_predict((SELECT s FROM objects), (SELECT t FROM objects)))"""


def answer(db):
    return db.execute(WORK).fetchone()


def filled(path=extension):
    db = connect(path)
    db.executescript(FILL)
    return db


right = answer(filled())

for i in range(50):  # until what is allocated once is allocated
    connect().close()
before = resident()
for i in range(1000):
    db = connect()
    db.execute("SELECT coreset_version()").fetchone()
    db.close()
expect(resident() < before + 2, f"a thousand loads take {resident() - before:.1f} MB")

with tempfile.TemporaryDirectory() as folder:
    other = os.path.join(folder, "another_name.so")
    shutil.copy(extension + ".so", other)
    one, two = filled(), filled(other)
    expect(answer(two) == right and answer(one) == right, "two copies do not agree")

parent = filled()
child = os.fork()
if child == 0:
    os._exit(0 if answer(parent) == right and answer(filled()) == right else 1)
_, status = os.waitpid(child, 0)
expect(status == 0, "a child after fork() gets other answers, or ends")
expect(answer(parent) == right, "the parent after fork() gets other answers")

try:
    import numpy
except ImportError:
    print("lifecycle: NumPy is not here: skipped")
else:
    matrix = numpy.random.RandomState(1).rand(300, 300)
    product = matrix @ matrix
    threads = len(os.listdir("/proc/self/task"))
    expect(answer(filled()) == right, "other answers beside NumPy")
    expect((matrix @ matrix == product).all(), "NumPy computes otherwise afterwards")
    expect(len(os.listdir("/proc/self/task")) == threads, "the number of threads changes")

if len(sys.argv) > 2:
    end, rounds = time.monotonic() + float(sys.argv[2]), 0
    start = None
    while time.monotonic() < end:
        db = filled()
        expect(answer(db) == right, "another answer while soaking")
        try:
            db.execute("SELECT * FROM coreset_select((SELECT s FROM objects), 'many')").fetchall()
            expect(False, "no error while soaking")
        except sqlite3.OperationalError:
            pass
        db.set_progress_handler(lambda: 1, 2000 + 500 * (rounds % 50))
        try:
            answer(db)
        except sqlite3.OperationalError:
            pass
        db.close()
        rounds += 1
        if rounds == 50:
            start = resident()
    expect(start is None or resident() < start + 5, f"{rounds} rounds take {resident() - (start or 0):.1f} MB")
    print(f"soak: {rounds} rounds, {resident():.0f} MB at the end, {start or 0:.0f} after 50")

if failed:
    sys.exit(1)
print("lifecycle: ok")
