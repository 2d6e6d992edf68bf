#!/usr/bin/python3
"""Compares the default methods with a program that shares nothing with them.

    frontier.py EXTENSION ORACLE.py DATABASE

ORACLE.py is a NumPy program with the formulas of fields, curves, kernel regression and intervals; what is different here, the
weight of the anchors and what is done outside the sources' range, is below, in plain NumPy too. DATABASE has a table
scores(dataset, model, question, score). Objectives, predictions and limits of intervals must agree within 1e-9, and so
must the objectives of both programs' picks: of equal questions either may take the first. The oracle shuffles questions to
break ties and to take a sample for the prior of item curves; here it is given the extension's order, and where the
oracle begins that prior from the mean of all scores it begins from the sample's, as the extension does.
"""
import sqlite3
import sys
import types

import numpy as np

TOLERANCE = 1e-9
failures = 0


def permutation(count, seed):
    """The numbers below count in the order of their draws from SplitMix64."""
    mask, draws, state = (1 << 64) - 1, [], seed
    for number in range(count):
        state = (state + 0x9E3779B97F4A7C15) & mask
        mixed = ((state ^ state >> 30) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & mask
        draws.append((mixed ^ mixed >> 31, number))
    return np.array([number for _, number in sorted(draws)])


class Order:
    """In the place of numpy.random.RandomState."""

    def __init__(self, seed):
        self.seed = seed

    def permutation(self, count):
        return permutation(count, self.seed)


def equated(sources, coreset, answers, low, high):
    """Full scores by local equating of the plain means."""
    edge, range_ = .5 / len(coreset), high - low
    place = lambda x: np.clip((x - low) / range_, 0, 1)
    logit = lambda x: np.log((place(x) + edge) / (1 - place(x) + edge))
    means, mean = sources[:, coreset].mean(1), answers.mean(1)
    near = np.clip(mean, means.min(), means.max())
    weights = np.exp(-.5 * ((near[:, None] - means) / max(means.std(), 1e-9)) ** 2)
    level = logit(mean) + weights @ (logit(sources.mean(1)) - logit(means)) / weights.sum(1)
    return low + range_ * ((1 + 2 * edge) / (1 + np.exp(-level)) - edge)


def predictor(oracle):
    """predict() in the place of the oracle's, which calls the rest of it."""

    def predict(X, S, T, binary=None, parts=False):
        X, T, n, (M, N) = np.asarray(X, float), np.asarray(T, float), len(S), np.shape(X)
        binary = oracle.is_binary(X) if binary is None else binary
        y, curves, plain = X.mean(1), oracle.curves(X) if binary else None, oracle.blup(oracle.field(X, binary, 0.0), S, T, 1.0)[0]
        least, most = (np.zeros(len(T)), np.ones(len(T))) if binary else (np.minimum(X.min(), T.min(1)), np.maximum(X.max(), T.max(1)))
        low, high = ((T.sum(1) + (N - n) * end) / N for end in (least, most))
        q, kernel = n / (6 * max(M - 4, .5)), oracle.kernel(X[:, S], y, T)
        w = 1 - (1 - q * q / (1 + q * q)) * (1 - n / N)
        if kernel is None:
            unseen = np.delete(X.mean(0), S).mean() if n < N else 0
            inside = n / N * T.mean(1) + (1 - n / N) * (T.mean(1) + unseen - X.mean(0)[S].mean())
        else:
            inside = (1 - w) * kernel + w * plain
        inside = np.clip(inside, low, high)
        if binary and n < N and curves is not None:
            c = .5 / (1 + q * q / 16)
            inside = (1 - c) * inside + c * oracle.irt_score(curves, S, T)
        b, V = oracle.blup(oracle.field(X, binary), S, T, oracle.FREE)
        means, mean = X[:, S].mean(1), T.mean(1)
        beyond = np.maximum(mean - means.max(), means.min() - mean) - (.5 / n if binary else 0)
        phi = 1 / (1 + np.exp(-np.clip(beyond / np.sqrt(max(V, 1e-12)) + .5, -700, 700)))
        outside = (2 * b + equated(X, S, T, *oracle.anchors(X, binary))) / 3
        predicted = np.clip((1 - phi) * inside + phi * outside, low, high)
        return (predicted, b, phi, V, inside - np.clip(outside, low, high)) if parts else predicted

    return predict


def load(path):
    with open(path, encoding="utf-8") as file:
        source = file.read()
    start = "sh = np.clip(X.mean(),"
    if start not in source:
        sys.exit(f"oracle: {path} does not begin item curves as expected")
    source = source.replace(start, "sh = np.clip(X[:, np.random.RandomState(7).permutation(N)[:512]].mean(),")
    oracle = types.ModuleType("oracle")
    exec(compile(source, path, "exec"), oracle.__dict__)
    np.random.RandomState = Order
    oracle.SCALED, oracle.HOM, oracle.predict, halfwidth = .25, .75, predictor(oracle), oracle.halfwidth
    oracle.halfwidth = lambda p, at, phi, V, gap, y, s, level=.9: halfwidth(p, at, np.sqrt(phi), V, gap, y, .93 * s, level)
    return oracle


def matrix(db, scores, first_model=0):
    rows = [(int(m) + first_model, int(q), float(scores[m, q])) for m, q in np.ndindex(*scores.shape)]
    db.execute("CREATE TEMP TABLE rows (model, question, score)")
    db.executemany("INSERT INTO rows VALUES (?, ?, ?)", rows)
    blob = db.execute("SELECT score_matrix(model, question, score) FROM rows").fetchone()[0]
    db.execute("DROP TABLE rows")
    return blob


def objectives(oracle, sources, picks):
    """Of each pick that of coreset_select, from the oracle's field and curves: the share of V^2 J that it removes, or the variance."""
    binary = oracle.is_binary(sources)
    weight = oracle.light(sources, binary)
    f = oracle.field(sources, binary, weight, 0.0 if binary else oracle.HOM)
    factors = np.c_[f["A"], f["Q"] * np.sqrt(f["w"])]
    squares = (sources * sources).sum(0)
    distance = np.maximum(squares[:, None] + squares - 2 * sources.T @ sources, 0) / f["W"]
    noise, questions = f["vd"], f["N"]
    field = factors @ factors.T + f["vb"] * np.exp(-distance / (.4 * f["vb"]))
    np.fill_diagonal(field, (factors * factors).sum(1) + f["vb"])
    covariance = field + np.diag(noise)
    curves = oracle.curves(sources) if binary else None
    doubts = []
    if curves is not None:
        t = np.linspace(-4, 4, 33)
        chance = oracle.logistic(oracle.eta(curves, t))
        tilt = curves[:, 1] + 2 * curves[:, 2] * t[:, None]
        information = chance * (1 - chance) * tilt * tilt
        weights = np.exp(-t * t / 4.5)
        weights = weights / weights.sum() * (chance * (1 - chance) * tilt).mean(1) ** 2
        known = 1 / 2.25 + np.cumsum(np.c_[np.zeros(33), information[:, picks]], axis=1)
        doubts = (weights[:, None] / known).sum(0)
    left = []  # the variance of the mean answer, by conditioning on all picks so far at once
    ones = np.ones(questions) / questions
    for count in range(len(picks) + 1):
        chosen = picks[:count]
        gone = covariance[chosen] @ ones
        left.append(ones @ covariance @ ones - gone @ np.linalg.solve(covariance[np.ix_(chosen, chosen)], gone) if count else ones @ covariance @ ones)
    result = []
    for k in range(len(picks)):
        if curves is None:
            result.append(left[k] - left[k + 1])
        else:
            result.append(1 - max(left[k + 1] / left[k], 0) ** 2 * doubts[k + 1] / doubts[k])
    return np.array(result)


def report(name, what, difference):
    global failures
    good = difference <= TOLERANCE
    failures += not good
    print(f"  {name:44} {what:10} {difference:9.2e}  {'ok' if good else 'TOO FAR OFF'}")


def compare(db, oracle, name, sources, targets, count):
    count = max(1, min(count, sources.shape[1]))
    source, target = matrix(db, sources), matrix(db, targets, len(sources))
    rows = db.execute("SELECT question, objective FROM coreset_select(?, ?)", (source, count)).fetchall()
    picks = np.array([row[0] for row in rows])
    expected = objectives(oracle, sources, picks)
    report(name, "picks", float(np.abs(objectives(oracle, sources, oracle.select(sources, count)) - expected).max()))
    report(name, "objective", float(np.abs(np.array([row[1] for row in rows]) - expected).max()))
    coreset = np.sort(picks)
    db.execute("CREATE TEMP TABLE coreset AS SELECT value AS question FROM json_each(?)", (str(coreset.tolist()),))
    answered = db.execute("SELECT score_matrix(model, question, score) FROM score_matrix_cells(?) JOIN coreset USING (question)",
                          (target,)).fetchone()[0]
    db.execute("DROP TABLE coreset")
    rows = db.execute("SELECT predicted, lower, upper, reach FROM coreset_predict(?, ?) WHERE selector = 'kriging_irt'",
                      (source, answered)).fetchall()
    answers = targets[:, coreset]
    predicted, at, phi, V, gap = oracle.predict(sources, coreset, answers, parts=True)
    report(name, "predicted", float(np.abs(np.array([row[0] for row in rows]) - predicted).max()))
    means, mean = sources[:, coreset].mean(1), answers.mean(1)
    side = np.where(mean - means.max() >= means.min() - mean, "above", "below")
    reach = np.where(phi >= .5, side, "inside")
    report(name, "reach", float(sum(row[3] != where for row, where in zip(rows, reach))))
    if len(sources) < 3:
        return
    predicted, half = oracle.interval(sources, coreset, answers)
    binary = oracle.is_binary(sources)
    low = np.zeros(len(answers)) if binary else np.minimum(sources.min(), answers.min(1))
    high = np.ones(len(answers)) if binary else np.maximum(sources.max(), answers.max(1))
    questions = sources.shape[1]
    least, most = ((answers.sum(1) + (questions - count) * end) / questions for end in (low, high))
    limits = np.c_[np.minimum(np.maximum(predicted - half, least), predicted), np.maximum(np.minimum(predicted + half, most), predicted)]
    report(name, "interval", float(np.abs(np.array([row[1:3] for row in rows]) - limits).max()))


def made_up(seed, models, questions, shift, spread, kind):
    """Scores by abilities and difficulties; the targets are abler by shift."""
    generator = np.random.default_rng(seed)
    ability = np.r_[generator.normal(0, spread, models), generator.normal(shift, spread, 6)]
    chance = 1 / (1 + np.exp(-(ability[:, None] - generator.normal(0, 1, questions))))
    scores = (generator.random(chance.shape) < chance) * 1.0
    if kind == "real-valued":
        scores = np.clip(chance + generator.normal(0, .1, chance.shape), 0, 1)
    return scores[:models], scores[models:]


def real(db, dataset):
    rows = db.execute("SELECT model, question, score FROM reference.scores WHERE dataset = ?", (dataset,)).fetchall()
    scores = np.full((max(row[0] for row in rows) + 1, max(row[1] for row in rows) + 1), np.nan)
    for model, question, score in rows:
        scores[model, question] = score
    return scores[~np.isnan(scores).any(1)]


def main():
    extension, path, database = sys.argv[1:4]
    db = sqlite3.connect("file::memory:", uri=True)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute("ATTACH ? AS reference", (f"file:{database}?mode=ro",))
    oracle = load(path)
    for seed, (models, questions, shift, spread, kind) in enumerate([
            (20, 60, 0, 1, "binary"), (20, 60, 3, .5, "binary"), (20, 60, -3, .5, "binary"), (5, 40, 1, 1, "binary"),
            (3, 30, 1, 1, "binary"), (40, 600, 1, .05, "binary"), (20, 60, 0, 1, "real-valued"),
            (20, 60, 3, .5, "real-valued"), (4, 50, -2, .3, "real-valued")]):
        sources, targets = made_up(seed, models, questions, shift, spread, kind)
        for share in (.05, .3, 1):
            compare(db, oracle, f"{kind}, {models} x {questions}, {shift:+d}, {share:.0%}", sources, targets, round(share * questions))
    for dataset, limit in (("commonsense", 83), ("ifeval", 60), ("arc_challenge", 50), ("LBPP_Python_pass_at_1_v3", 25)):
        scores = real(db, dataset)[:limit]
        order = np.argsort(scores.mean(1), kind="stable")
        cut = len(order) * 6 // 10
        compare(db, oracle, f"{dataset}, strong, 5%", scores[order[:cut]], scores[order[cut:]], scores.shape[1] // 20)
        compare(db, oracle, f"{dataset}, mixed, 5%", scores[:cut], scores[cut:], scores.shape[1] // 20)
    if failures:
        sys.exit(f"oracle: {failures} figures are too far off")
    print("oracle: all agree")


main()
