"""apsw, Another Python SQLite Wrapper."""

import sys
import threading

import apsw

extension = sys.argv[1]
db = apsw.Connection(":memory:")
db.enableloadextension(True)
db.loadextension(extension)
db.enableloadextension(False)
db.cursor().execute(open("tests/clients/scores.sql").read())

[(matrix,)] = db.cursor().execute("SELECT score_matrix(model, question, score) FROM results WHERE model <> 'newcomer'")
print(f"matrix {len(matrix)} bytes")
for rank, question in db.cursor().execute("SELECT rank, question FROM coreset_select(?, '10%')", [matrix]):
    print(rank, question)
[(answers,)] = db.cursor().execute(
    "SELECT score_matrix(model, question, score) FROM results WHERE model = 'newcomer'"
    " AND question IN (SELECT question FROM coreset_select(?, '10%'))", [matrix])
for model, predicted, lower, upper in db.cursor().execute(
        "SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)", [matrix, answers]):
    print(f"{model} {predicted:.3f} {lower:.3f} {upper:.3f}")

try:
    db.cursor().execute("SELECT rank FROM coreset_select(?, 61)", [matrix]).fetchall()
except apsw.SQLError as error:
    if "coreset_select(): k" in str(error):
        print("error names coreset_select() and k")

threading.Timer(0.3, db.interrupt).start()
try:
    db.cursor().execute("SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000", [matrix]).fetchall()
except apsw.InterruptError:
    print("interrupted")
[(count,)] = db.cursor().execute("SELECT count(*) FROM results")
print(f"{count} rows")
