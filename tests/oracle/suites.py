#!/usr/bin/python3
"""Compares coreset_predict_suites() with a program that shares nothing with it.

    suites.py EXTENSION ORACLE.py DATABASE

ORACLE.py has joint_fit(), joint_apply() and joint_gate() in NumPy, for sources that all ran every suite; its constants but for the
shrinkage of correlations are those of ext/core/predict/joint.c. What is beside them, in plain NumPy below, are sources that lack suites, intervals, and the overall score. What each suite predicts alone is coreset_predict()'s, and what is
predicted of the sources by the folds without them is read from the bytes of fits. All must agree within 1e-9.
"""
import itertools
import json
import sqlite3
import struct
import sys
import types

import numpy as np

TOLERANCE = 1e-9
LEVEL = .9
failures = 0


def report(name, what, difference):
    global failures
    good = difference <= TOLERANCE
    failures += not good
    print(f"  {name:44} {what:10} {difference:9.2e}  {'ok' if good else 'TOO FAR OFF'}")


def out_of_fold(blob):
    """The predictions in the section `sources` of a fit, and the ids, integers."""
    at = 32
    while at < len(blob):
        tag, size = blob[at:at + 8].rstrip(b"\0"), struct.unpack_from("<Q", blob, at + 8)[0]
        if tag == b"sources":
            count = struct.unpack_from("<Q", blob, at + 16)[0]
            numbers = np.frombuffer(blob, "<f8", count, at + 40)
            return dict(zip(struct.unpack_from(f"<{count}q", blob, at + 40 + 8 * count), numbers))
        at += 16 + (size + 7) // 8 * 8


def quantile(degrees):
    """Student's two-sided quantile of LEVEL: the distribution of a whole number of degrees is a finite sum."""
    def inside(t):
        angle = np.arctan(t / np.sqrt(degrees))
        terms, term = 0, 1.0
        if degrees % 2:
            if degrees == 1:
                return 2 * angle / np.pi
            term = np.cos(angle)
            for k in range(3, degrees + 1, 2):
                terms += term
                term *= np.cos(angle) ** 2 * (k - 1) / k
            return 2 / np.pi * (angle + np.sin(angle) * terms)
        for k in range(2, degrees + 1, 2):
            terms += term
            term *= np.cos(angle) ** 2 * (k - 1) / k
        return np.sin(angle) * terms
    low, high = 0, 1e3
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) < LEVEL else (low, middle)
    return (low + high) / 2


def moments(oracle, Y):
    """mu and Sigma where cells of Y may be NaN."""
    Z, S = oracle.logit(Y), Y.shape[1]
    Z[np.isnan(Y)] = np.nan
    deviation, C = np.nanstd(Z, 0, ddof=1), np.eye(S)
    for s, t in itertools.permutations(range(S), 2):
        both = ~np.isnan(Z[:, s] + Z[:, t])
        if both.sum() >= 2:
            C[s, t] = np.corrcoef(Z[both, s], Z[both, t])[0, 1] * (1 - oracle.LAMBDA / both.sum())
    if np.isnan(Y).any():
        while not definite(C):
            C[~np.eye(S, dtype=bool)] *= .9
    return np.nanmean(Z, 0), C * deviation[:, None] * deviation


def definite(C):
    try:
        return np.diag(np.linalg.cholesky(C)).min() ** 2 >= 1e-3
    except np.linalg.LinAlgError:
        return False


def rule(oracle, Y, v, p, without=None):
    """joint_apply() by these moments, p NaN where nothing is seen."""
    mu, C = moments(oracle, Y if without is None else np.delete(Y, without, 0))
    k = np.maximum(1 - v / np.diag(C), oracle.KMIN)
    return oracle.joint_apply((mu, C, v / k, k), p)


def isolation(scores, predicted):
    spacing = (scores.max() - scores.min()) / (len(scores) - 1)
    return 1 + .5 * min(np.abs(scores - predicted).min() / spacing, 3) if spacing > 0 else 1


def expected(oracle, Y, O, p, seen, alone, weights, least, most):
    """Rows of one target: p alone, NaN where it did not run; seen: inside the sources' reach; alone: limits alone."""
    M, S = Y.shape
    v = np.array([oracle.VSHARE * .94 * np.nanmean((oracle.logit(O[:, s]) - oracle.logit(Y[:, s])) ** 2) for s in range(S)])
    view = lambda row: np.where(seen, row, np.nan)
    po = np.array([rule(oracle, Y, v, view(O[m]), m)[0] for m in range(M)])
    joined, variance = rule(oracle, Y, v, view(p))
    ran, predicted, limits, said = ~np.isnan(p), p.copy(), alone.copy(), O.copy()
    for s in range(S):
        if not ran[s]:
            said[:, s] = po[:, s]
            predicted[s], half = joined[s], quantile((~np.isnan(Y[:, s])).sum() - 1) * np.sqrt(variance[s])
            limits[s] = oracle.expit(np.log(joined[s] / (1 - joined[s])) + np.array([-half, half]))
            continue
        others = seen & (np.arange(S) != s)
        telling = np.flatnonzero(~np.isnan(Y[:, s]) & (~np.isnan(Y[:, others])).any(1))
        after, before = po[telling, s] - Y[telling, s], O[telling, s] - Y[telling, s]
        if not seen[s] or len(telling) < 3 or not (after ** 2).mean() < (before ** 2).mean():
            continue
        said[:, s], predicted[s] = po[:, s], joined[s]
        scores = lambda m: np.delete(Y[:, s], m)[~np.isnan(np.delete(Y[:, s], m))]
        scale = .97 * np.sqrt(np.mean([((po[m, s] - Y[m, s]) / isolation(scores(m), po[m, s])) ** 2 for m in telling]))
        half = quantile(len(telling) - 1) * scale * isolation(scores([]), joined[s])
        limits[s] = min(max(joined[s] - half, least[s]), joined[s]), max(min(joined[s] + half, most[s]), joined[s])
    complete = np.flatnonzero(~np.isnan(Y).any(1))
    overall, total, residuals = (Y @ weights)[complete], predicted @ weights, ((said - Y) @ weights)[complete]
    isolations = np.array([isolation(np.delete(overall, i), (said @ weights)[m]) for i, m in enumerate(complete)])
    half = quantile(len(complete) - 1) * .97 * np.sqrt(np.mean((residuals / isolations) ** 2)) * isolation(overall, total)
    low, high = (np.where(ran, least, 0) @ weights, np.where(ran, most, 1) @ weights)
    predicted, limits = np.append(predicted, total), np.vstack([limits, [min(max(total - half, low), total), max(min(total + half, high), total)]])
    return predicted, limits


def matrix(db, scores):
    rows = [(m, q, score) for (m, q), score in np.ndenumerate(scores) if not np.isnan(score)]
    db.execute("CREATE TEMP TABLE rows (model, question, score)")
    db.executemany("INSERT INTO rows VALUES (?, ?, ?)", rows)
    blob = db.execute("SELECT score_matrix(model, question, score) FROM rows").fetchone()[0]
    db.execute("DROP TABLE rows")
    return blob


def bundle(db, values):
    db.execute("CREATE TEMP TABLE parts (suite, value)")
    db.executemany("INSERT INTO parts VALUES (?, ?)", values)
    blob = db.execute("SELECT coreset_suites(suite, value) FROM parts").fetchone()[0]
    db.execute("DROP TABLE parts")
    return blob


def compare(db, oracle, name, suites, sources, share, weights, outside, lacking=()):
    """suites: models x questions each; the first models are sources, the others targets. lacking: (model, suite) that is not run."""
    S, models = len(suites), len(suites[0])
    lacks = np.zeros((models, S), bool)
    for model, s in lacking:
        lacks[model, s] = True
    Y = np.full((sources, S), np.nan)
    O, p = Y.copy(), np.full((models, S), np.nan)
    reach, limits = np.full((models, S), "", object), np.full((models, S, 2), np.nan)
    least, most = np.zeros((models, S)), np.ones((models, S))
    made, fits, targets = [], [], []
    options = json.dumps({"outside": outside})
    for s, scores in enumerate(suites):
        learnt = np.where(lacks[:sources, s, None], np.nan, scores[:sources])
        blob, questions = matrix(db, learnt), scores.shape[1]
        picks = [row[0] for row in db.execute("SELECT question FROM coreset_select(?, ?)", (blob, max(1, round(share * questions))))]
        fit = db.execute("SELECT coreset_fit(?, ?, 'krr_blup_irt', ?, 'kriging_irt')", (blob, str(picks), options)).fetchone()[0]
        answers = np.full(scores.shape, np.nan)
        answers[sources:, picks] = np.where(lacks[sources:, s, None], np.nan, scores[sources:, picks])
        target = matrix(db, answers)
        made.append((s, blob)), fits.append((s, fit)), targets.append((s, target))
        Y[:, s] = learnt.mean(1)
        for m, value in out_of_fold(fit).items():
            O[m, s] = value
        for m, value, lower, upper, where in db.execute("SELECT model, predicted, lower, upper, reach FROM coreset_predict(?, ?)", (fit, target)):
            p[m, s], limits[m, s], reach[m, s] = value, (lower, upper), where
            least[m, s] = scores[m, picks].sum() / questions
            most[m, s] = least[m, s] + 1 - len(picks) / questions
    shares = np.array(weights if weights else [1] * S, float)
    shares /= shares.sum()
    given = json.dumps([[s, weight] for s, weight in enumerate(weights)]) if weights else None
    seen = ~np.isnan(p) & ~np.isin(reach, ("above", "below"))
    if not np.isnan(Y).any():  # both programs here
        po, gate = oracle.joint_gate(Y, O)
        v = oracle.VSHARE * .94 * ((oracle.logit(O) - oracle.logit(Y)) ** 2).mean(0)
        report(name, "programs", float(np.abs(po - [rule(oracle, Y, v, O[m], m)[0] for m in range(sources)]).max()))
    target, worst, apart = bundle(db, targets), np.zeros(2), 0
    by_fits = db.execute("SELECT model, suite, predicted, lower, upper, alone FROM coreset_predict_suites(?, ?, ?)", (bundle(db, fits), target, given)).fetchall()
    by_matrices = db.execute("SELECT model, suite, predicted, lower, upper, alone FROM coreset_predict_suites(?, ?, ?, 'krr_blup_irt', ?, 'kriging_irt')",
                             (bundle(db, made), target, given, options)).fetchall()
    for one, other in zip(by_fits, by_matrices, strict=True):
        assert one[:2] == other[:2]
        apart = max(apart, *(abs(a - b) for a, b in zip(one[2:5], other[2:5])))
    report(name, "matrices", apart)
    rows = {row[:2]: row[2:] for row in by_fits}
    for m in range(sources, models):
        predicted, bounds = expected(oracle, Y, O, p[m], seen[m], limits[m], shares, least[m], most[m])
        found = np.array([rows[m, s][:3] for s in [*range(S), None]])
        worst[0] = max(worst[0], np.abs(found[:, 0] - predicted).max())
        worst[1] = max(worst[1], np.abs(found[:, 1:] - bounds).max())
        for s in range(S):
            assert (rows[m, s][3] is None) == lacks[m, s] and (lacks[m, s] or rows[m, s][3] == p[m, s])
    report(name, "predicted", worst[0])
    if outside == "none":
        report(name, "intervals", worst[1])


def made_up(seed, models, questions, likeness):
    """Suites whose abilities are alike."""
    generator = np.random.default_rng(seed)
    common, suites = generator.normal(0, 1.2, models), []
    for count in questions:
        ability = likeness * common + np.sqrt(1 - likeness ** 2) * generator.normal(0, 1.2, models)
        chance = 1 / (1 + np.exp(-(ability[:, None] - generator.normal(0, 1, count))))
        suites.append((generator.random(chance.shape) < chance) * 1.0)
    return suites


def real(db, dataset):
    rows = db.execute("SELECT model, question, score FROM reference.scores WHERE dataset = ?", (dataset,)).fetchall()
    scores = np.full((max(row[0] for row in rows) + 1, max(row[1] for row in rows) + 1), np.nan)
    for model, question, score in rows:
        scores[model, question] = score
    return scores[:, ~np.isnan(scores).any(0)]


def main():
    extension, path, database = sys.argv[1:4]
    db = sqlite3.connect("file::memory:", uri=True)
    db.enable_load_extension(True)
    db.load_extension(extension)
    db.execute("ATTACH ? AS reference", (f"file:{database}?mode=ro",))
    oracle = types.ModuleType("oracle")
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), oracle.__dict__)
    oracle.LAMBDA = .5
    for seed, (models, sources, questions, likeness) in enumerate([(30, 20, (60, 40), .95), (30, 20, (60, 40, 90, 30), .8), (20, 12, (50, 50, 50), 0), (40, 30, (30,), 1)]):
        suites = made_up(seed, models, questions, likeness)
        for share, outside in ((.1, "none"), (.4, "none"), (1, "none"), (.1, "auto")):
            compare(db, oracle, f"{models} x {questions}, {likeness}, {share:.0%}", suites, sources, share, None, outside)
        if len(questions) > 1:
            lacking = [(sources, 0), (sources + 1, 1)]
            compare(db, oracle, f"{models} x {questions}, {likeness}, targets lack", suites, sources, .2, [1, 2, 3, 4][:len(questions)], "none", lacking)
            lacking += [(0, 0), (1, 0), (2, 1), (3, 1), (4, 1)]
            compare(db, oracle, f"{models} x {questions}, {likeness}, sources too", suites, sources, .2, None, "none", lacking)
    helm, generator = [real(db, dataset) for dataset in ("commonsense", "gsm", "mmlu")], np.random.default_rng(7)
    for sources in (15, 30, 50):
        order = generator.permutation(83)
        for share, outside in ((.01, "none"), (.05, "none"), (.05, "auto")):
            compare(db, oracle, f"HELM, {sources} sources, {share:.0%}, {outside}", [scores[order] for scores in helm], sources, share, [3, 1, 2], outside)
    if failures:
        sys.exit(f"oracle: {failures} figures are too far off")
    print("oracle: all agree")


main()
