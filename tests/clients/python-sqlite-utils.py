"""sqlite-utils as a library; its command takes --load-extension."""

import subprocess
import sys
import threading

import sqlite_utils

extension = sys.argv[1]
db = sqlite_utils.Database(memory=True)
db.conn.enable_load_extension(True)
db.conn.load_extension(extension)
db.conn.executescript(open("tests/clients/scores.sql").read())

matrix = next(db.query("SELECT score_matrix(model, question, score) AS m FROM results WHERE model <> 'newcomer'"))["m"]
print(f"matrix {len(matrix)} bytes")
for row in db.query("SELECT rank, question FROM coreset_select(?, '10%')", [matrix]):
    print(row["rank"], row["question"])
db["matrices"].insert({"name": "sources", "matrix": matrix})
db["matrices"].insert(next(db.query(
    "SELECT 'answers' AS name, score_matrix(model, question, score) AS matrix FROM results WHERE model = 'newcomer'"
    " AND question IN (SELECT question FROM coreset_select(?, '10%'))", [matrix])))
for row in db.query("SELECT model, predicted, lower, upper FROM coreset_predict(?, ?)",
                    [row["matrix"] for row in db["matrices"].rows]):
    print("{model} {predicted:.3f} {lower:.3f} {upper:.3f}".format(**row))

# The command, too, and what it says of an error.
command = ["sqlite-utils", "memory", "--load-extension", extension,
           "SELECT rank FROM coreset_select((SELECT score_matrix(column1, column2, column3)"
           " FROM (VALUES ('a', 1, 0), ('a', 2, 1), ('b', 1, 1), ('b', 2, 1))), 61)"]
said = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
if said.returncode != 0 and "coreset_select(): k" in said.stdout:
    print("error names coreset_select() and k")

threading.Timer(0.3, db.conn.interrupt).start()
try:
    list(db.query("SELECT count(*) FROM coreset_evaluate(?, '10%') WHERE seeds = 1000000", [matrix]))
except Exception as error:
    print("interrupted" if "interrupted" in str(error) else error)
print(f"{db['results'].count} rows")
