"""regression.py EXTENSION: leave-one-out over all penalties, beside scikit-learn's.

Kernel ridge regression (polynomial kernel of degree 2) of 448 source models on 200
questions: krr_fit, which chooses alpha by leave-one-out and fits, and scikit-learn's
GridSearchCV(KernelRidge, LeaveOneOut) on the same numbers. Both must choose the same
alpha. Then krr_fit for fewer and more models, with one thread of OpenBLAS and with two.
"""
import os, sqlite3, statistics, subprocess, sys, time

extension = sys.argv[1]
ALPHAS = [10 ** (step / 2) for step in range(-2, 3)]  # what krr chooses from for binary scores


def connect(models, questions=1200):
    db = sqlite3.connect(":memory:")
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute(f"""CREATE TABLE scores AS
      WITH RECURSIVE m(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM m WHERE i < {models - 1}),
                     q(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM q WHERE j < {questions - 1})
      SELECT i AS model, j AS question, abs(i * 2654435761 + j * 40503 + i * j * j % 977 * 7919) / 32 % 1000
             < 200 + i * 7919 % 401 + j * 37 % 300 AS score FROM m, q""")
    db.execute("CREATE TABLE matrix AS SELECT score_matrix(model, question, score) AS m FROM scores")
    return db


def fit(db, count=200):
    coreset = str([6 * i for i in range(count)])
    times = []
    while sum(times) < (5 if len(times) < 7 else 0.5):  # 7 times, more where it is short and fewer where it is long
        start = time.perf_counter()
        blob = db.execute("SELECT krr_fit(m, ?, NULL, NULL, NULL, NULL, 'none') FROM matrix", [coreset]).fetchone()[0]
        times.append(time.perf_counter() - start)
    return statistics.median(times), blob


def scikit(db):
    import numpy
    from sklearn.kernel_ridge import KernelRidge
    from sklearn.model_selection import GridSearchCV, LeaveOneOut
    rows = db.execute("SELECT score FROM scores ORDER BY model, question").fetchall()
    scores = numpy.array(rows, dtype=float).reshape(448, -1)
    answers = scores[:, ::6][:, :200]
    search = GridSearchCV(KernelRidge(kernel="poly", degree=2, gamma=1 / 200, coef0=1),
                          {"alpha": ALPHAS}, cv=LeaveOneOut(), scoring="neg_mean_squared_error")
    start = time.perf_counter()
    search.fit(answers, scores.mean(axis=1))
    return time.perf_counter() - start, search.best_params_["alpha"], search.predict(answers[:1])[0]


if len(sys.argv) > 2:  # a child: print the time of one fit
    print(fit(connect(int(sys.argv[2])))[0])
    sys.exit(0)

db = connect(448)
own, blob = fit(db)
alpha, predicted = db.execute("""SELECT alpha, predicted FROM krr_predict(
    (SELECT m FROM matrix), (SELECT score_matrix('new', question, score) FROM scores
                              WHERE model = 0 AND question % 6 = 0 AND question < 1200))""").fetchone()
theirs, their_alpha, their_prediction = scikit(db)
if abs(alpha - their_alpha) > 1e-9 or abs(predicted - their_prediction) > 1e-9:
    sys.exit(f"regression.py: alpha {alpha} and {their_alpha}, predictions {predicted} and {their_prediction}")
print("| leave-one-out, 448 sources, 200 questions | ms | share |")
print("|---|---|---|")
print(f"| scikit-learn, GridSearchCV(KernelRidge, LeaveOneOut), {len(ALPHAS)} alphas | {1000 * theirs:.0f} | 1 |")
print(f"| krr_fit, the same alphas | {1000 * own:.1f} | 1/{theirs / own:.0f} |")
print()
print("| krr_fit, 200 questions | one thread, ms | two threads, ms | ratio |")
print("|---|---|---|---|")
for models in (30, 100, 448, 1500, 4000):
    both = [float(subprocess.run([sys.executable, __file__, extension, str(models)], capture_output=True, text=True,
                                 check=True, env=dict(os.environ, OPENBLAS_NUM_THREADS=str(threads))).stdout)
            for threads in (1, 2)]
    print(f"| {models} sources | {1000 * both[0]:.1f} | {1000 * both[1]:.1f} | {both[1] / both[0]:.2f} |")
