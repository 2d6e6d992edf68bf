"""missing.py EXTENSION: what missing answers cost in time, by 400 models x 12,000 questions and 87 x 872.

Each time is the best of three, or of one where that takes more than two seconds, in seconds of the processor; the
ratio is to the same table without holes.
"""
import sqlite3, sys, time

SIZES = [(87, 872), (400, 12000)]
MISSING = [0, 5, 30]  # percent
STATEMENTS = {
    "score_matrix": "SELECT length(score_matrix(model, question, score)) FROM made WHERE place >= {missing}",
    "mrmr_select, 5%": "SELECT count(*) FROM mrmr_select((SELECT m FROM matrix), '5%')",
    "coreset_select, 2%": "SELECT count(*) FROM coreset_select((SELECT m FROM matrix), '2%')",
    "coreset_predict, 5%, no intervals": "SELECT count(predicted) FROM coreset_predict((SELECT m FROM matrix), (SELECT t FROM target))",
    "coreset_predict, 5%": "SELECT count(lower) FROM coreset_predict((SELECT m FROM matrix), (SELECT t FROM target))",
    "coreset_evaluate, 5%": "SELECT count(*) FROM coreset_evaluate((SELECT m FROM matrix), '5%')",
}


def seconds(db, sql):
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        db.execute(sql).fetchall()
        best = min(best, time.process_time() - start)
        if best > 2:
            break
    return best


db = sqlite3.connect(":memory:")
db.enable_load_extension(True)
db.load_extension(sys.argv[1])
print("| models x questions | statement | complete, ms | " + " | ".join(f"{p}% missing" for p in MISSING[1:]) + " |")
print("|---|---|---|" + "---|" * (len(MISSING) - 1))
for models, questions in SIZES:
    db.executescript(f"""DROP TABLE IF EXISTS made;
        CREATE TABLE made AS
          WITH RECURSIVE a(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM a WHERE i < {models - 1}),
                         b(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM b WHERE j < {questions - 1})
          SELECT i AS model, j AS question, abs(i * 7919 + j * 104729 + i * j * 31) % 100 AS place,
                 abs(i * 2654435761 + j * 40503 + i * j * j % 977 * 7919) / 32 % 1000
                   < 200 + i * 600 / {models} + j * 37 % 300 AS score FROM a, b;
        DROP TABLE IF EXISTS target;
        CREATE TABLE target AS SELECT score_matrix('new', question, question * 7919 % 2) AS t FROM made
         WHERE model = 0 AND question % 20 = 0""")
    times = {}
    for missing in MISSING:
        db.executescript(f"""DROP TABLE IF EXISTS matrix;
            CREATE TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM made WHERE place >= {missing}""")
        for name, sql in STATEMENTS.items():
            if name.startswith("coreset_evaluate") and questions > 1000:
                continue
            times.setdefault(name, []).append(seconds(db, sql.format(missing=missing)))
    for name, row in times.items():
        ratios = " | ".join(f"{t / row[0]:.2f}" for t in row[1:])
        print(f"| {models} x {questions} | {name} | {1000 * row[0]:.0f} | {ratios} |", flush=True)
print()
