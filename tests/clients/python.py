"""The standard library's sqlite3, of a Python that can load extensions: Debian's /usr/bin/python3."""

import os
import signal
import sqlite3
import sys
import threading

extension = sys.argv[1]
db = sqlite3.connect(":memory:")
db.enable_load_extension(True)
db.load_extension(extension)
db.enable_load_extension(False)
db.executescript(open("tests/clients/scores.sql").read())

(matrix,) = db.execute("SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'").fetchone()
print(f"matrix {len(matrix)} bytes")
todo = db.execute("SELECT rank, question FROM coreset_select(?, '10%')", [matrix]).fetchall()
for rank, question in todo:
    print(rank, question)
(answers,) = db.execute(
    "SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'"
    " AND question IN (SELECT question FROM coreset_select(?, '10%'))", [matrix]).fetchone()
for model, predicted, lower, upper in db.execute(
        "SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)", [matrix, answers]):
    print(f"{model} {predicted:.3f} {lower:.3f} {upper:.3f}")

try:
    db.execute("SELECT rank FROM coreset_select(?, 61)", [matrix]).fetchall()
except sqlite3.OperationalError as error:
    if "coreset_select(): k" in str(error):
        print("error names coreset_select() and k")

# Ctrl-C reaches a statement only while it calls something written in Python.
db.set_progress_handler(lambda: 0, 10000)
threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
try:
    db.execute("SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000", [matrix]).fetchall()
except sqlite3.OperationalError as error:
    print("interrupted" if "interrupted" in str(error) else error)
(count,) = db.execute("SELECT count(*) FROM results").fetchone()
print(f"{count} rows")
