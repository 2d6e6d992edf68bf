-- coreset_evaluate, and kriging_select.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200)
  SELECT i / 40 AS model, 'q' || (i % 40) AS question,
         ((i * 7919 + i / 40 * 104729) % 1009) < 150 + 25 * (i / 40) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
.print -- a row for each split, in order; reproducible
SELECT seed, round(rmse, 6), round(mae, 6), round(kendall_tau, 6) FROM coreset_evaluate((SELECT m FROM m), '20%');
SELECT seed, rmse FROM coreset_evaluate((SELECT m FROM m), 8) EXCEPT SELECT seed, rmse FROM coreset_evaluate((SELECT m FROM m), 8, 'kriging_irt', 'krr_blup_irt', '75%', 'binned', 5);
SELECT count(*), count(DISTINCT rmse) FROM coreset_evaluate((SELECT m FROM m), 8) WHERE seeds = 12 AND split = 'random';
.print -- what it reports for one split, done by hand: the strongest six are the targets
CREATE TABLE strong AS SELECT model FROM r GROUP BY model ORDER BY avg(score) DESC, model DESC LIMIT 6;
CREATE TABLE s AS SELECT score_matrix(model, question, score) AS m FROM r WHERE model NOT IN (SELECT model FROM strong);
CREATE TABLE p AS SELECT model, predicted, lower, upper FROM coreset_predict((SELECT m FROM s), (
  SELECT score_matrix(model, question, score) FROM r JOIN coreset_select((SELECT m FROM s), 8) USING (question) WHERE model IN (SELECT model FROM strong)));
SELECT abs(e.rmse - j.rmse) < 1e-12, abs(e.mae - j.mae) < 1e-12, abs(e.kendall_tau - j.kendall_tau) < 1e-12, abs(e.coverage - j.coverage) < 1e-12, abs(e.width - j.width) < 1e-9
  FROM coreset_evaluate((SELECT m FROM m), 8, NULL, NULL, 24, 'strong', 1) AS e, (
    SELECT rmse(score, predicted) AS rmse, mae(score, predicted) AS mae, kendall_tau(score, predicted) AS kendall_tau,
           avg(score BETWEEN lower AND upper) AS coverage, avg(upper - lower) AS width
      FROM p JOIN (SELECT model, avg(score) AS score FROM r GROUP BY model) USING (model)) AS j;
.print -- any selector with any predictor; a random selector follows the seed of the split
SELECT selector, predictor, count(*), count(DISTINCT rmse) FROM (VALUES('random'), ('mrmr'), ('kriging'), ('kriging_irt')) AS s, (VALUES('mean'), ('aipw'), ('ridge'), ('krr'), ('krr_blup')) AS p,
  coreset_evaluate((SELECT m FROM m), 8, s.column1, p.column1, 20) WHERE split = 'strong' AND seeds = 2 GROUP BY 1, 2;
.print -- options of both
SELECT count(*) FROM coreset_evaluate((SELECT m FROM m), 8, '{"selector":"mrmr","scheme":"MIQ","neighbors":4}', '{"predictor":"krr","degree":3}', 20, NULL, 2);
SELECT DISTINCT k, selector, predictor, source_models, split, seeds FROM coreset_evaluate((SELECT m FROM m), '10%');
.print -- coverage only where it is asked for; models with few answers do not take part
SELECT count(coverage), count(width) FROM coreset_evaluate((SELECT m FROM m), 8);
.print -- level: of the intervals, wider for a higher one, none at 0
SELECT level, count(width), round(avg(width), 6), avg(coverage) BETWEEN 0 AND 1 FROM coreset_evaluate((SELECT m FROM m), 8) WHERE level IN (0, 0.5, 0.9, 0.99) AND seeds = 2 GROUP BY level;
SELECT DISTINCT level FROM coreset_evaluate((SELECT m FROM m), 8, NULL, NULL, 20, 'random', 1);
SELECT DISTINCT source_models FROM coreset_evaluate((SELECT score_matrix(model, question, score) FROM r WHERE model > 1 OR question < 'q2'), 8);
.print -- kriging_select: the uncertainty falls and ends at nothing; what each pick removes adds up
SELECT count(*), min(d) >= 0, max(abs(d - objective)) < 1e-12 FROM (
  SELECT objective, lag(remaining_sd * remaining_sd) OVER (ORDER BY rank) - remaining_sd * remaining_sd AS d
    FROM kriging_select((SELECT m FROM m)) WHERE rank < 40) WHERE d IS NOT NULL;
SELECT remaining_sd FROM kriging_select((SELECT m FROM m)) WHERE rank = 40;
.print -- kriging_irt_select: objectives are shares; kriging's for scores that are not binary, without anchors
SELECT count(*), min(objective) > 0, max(objective) <= 1, max(remaining_sd) > 0 FROM kriging_irt_select((SELECT m FROM m)) WHERE rank < 40;
SELECT sum(rank), min(remaining_sd) FROM kriging_irt_select((SELECT m FROM m));
SELECT count(*), sum(a.objective <> b.objective OR a.question <> b.question)
  FROM kriging_irt_select((SELECT score_matrix(model, question, score * 2 + model % 2) FROM r), NULL, 'none') AS a
  JOIN kriging_select((SELECT score_matrix(model, question, score * 2 + model % 2) FROM r)) AS b USING (rank);
SELECT group_concat(question) FROM kriging_irt_select((SELECT m FROM m), 5) WHERE include = '["q7", "q3"]' AND exclude = '["q1"]';
.print -- stopping at a wanted precision
SELECT max(rank) FROM (SELECT rank, lag(remaining_sd, 1, 1) OVER (ORDER BY rank) AS before FROM kriging_select((SELECT m FROM m))) WHERE before > 0.05;
.print -- several numbers of questions: a row for each, in the order given, as if alone; a selector's choice of few is the beginning of that of many
SELECT seed, k FROM coreset_evaluate((SELECT m FROM m), '[8, "10%", 20.0]', 'random', 'mean') WHERE seeds = 2;
SELECT s.column1, p.column1, count(*), max(abs(a.rmse - b.rmse)) < 1e-12, max(abs(a.kendall_tau_all - b.kendall_tau_all)) < 1e-12, sum(a.coverage <> b.coverage), max(abs(a.width - b.width)) < 1e-12
  FROM (VALUES('kriging_irt'), ('kriging'), ('mrmr'), ('random')) AS s, (VALUES('krr_blup'), ('krr')) AS p,
       coreset_evaluate((SELECT m FROM m), '[12, "10%", 6]', s.column1, p.column1, 20, 'binned', 2) AS a,
       coreset_evaluate((SELECT m FROM m), a.k, s.column1, p.column1, 20, 'binned', 2) AS b WHERE a.seed = b.seed GROUP BY 1, 2;
SELECT k, count(*), count(DISTINCT seed) FROM coreset_evaluate((SELECT m FROM m), '["20%", "40%"]', 'random', 'mean') GROUP BY k;
.print -- k is an output and an input: shown by *, given by position, by = and IN, and in a join; its value in the rows is tested with a plus
SELECT group_concat(name || iif(hidden, '*', ''), ' ') FROM pragma_table_xinfo('coreset_evaluate');
SELECT k, count(*) FROM coreset_evaluate((SELECT m FROM m)) WHERE selector = 'random' AND predictor = 'mean' AND k IN ('10%', 8, '[2, 3]') GROUP BY k;
SELECT k, count(*) FROM coreset_evaluate WHERE matrix = (SELECT m FROM m) AND selector = 'random' AND predictor = 'mean' AND (k = '10%' OR k = 8) GROUP BY k;
SELECT t.column1, k, count(*) FROM (VALUES('[3, 5]'), (4)) AS t, coreset_evaluate((SELECT m FROM m)) AS e WHERE e.k = t.column1 AND selector = 'random' AND predictor = 'mean' GROUP BY 1, 2;
SELECT count(*), min(k), max(k) FROM coreset_evaluate((SELECT m FROM m), '[4, 8]', 'random', 'mean') WHERE +k > 4;
SELECT count(*) FROM coreset_evaluate((SELECT m FROM m), 4, 'random', 'mean') WHERE k = 4;
SELECT count(*) FROM coreset_evaluate((SELECT m FROM m), '[4, 8]', 'random', 'mean') AS a JOIN coreset_evaluate((SELECT m FROM m), '[4, 8]', 'random', 'mean') AS b
  ON a.seed = b.seed AND +a.k = +b.k AND a.rmse = b.rmse;
SELECT count(*), max(rowid) > min(rowid) FROM coreset_evaluate((SELECT m FROM m), '[4, 8]', 'random', 'mean');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[4, 8]', 'random', 'mean') WHERE k = 4;
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[4, 8]', 'random', 'mean') WHERE k > 4;
EXPLAIN QUERY PLAN SELECT seed, k FROM coreset_evaluate((SELECT x'00'), '[4, 8]') ORDER BY seed;
.print -- the models of each split and k: the results follow from them
CREATE TABLE models AS SELECT * FROM coreset_evaluate_models((SELECT m FROM m), '[8, 4]', 'mrmr', 'krr', 20, 'binned', 3);
SELECT seed, k, count(*) FROM models GROUP BY 1, 2 ORDER BY min(rowid);
SELECT name FROM pragma_table_info('models');
SELECT count(*), max(abs(e.rmse - m.rmse)) < 1e-12, max(abs(e.spearman_rho - m.rho)) < 1e-12, max(abs(e.coverage - m.coverage)) < 1e-12, max(abs(e.width - m.width)) < 1e-12, sum(e.targets <> n)
  FROM coreset_evaluate((SELECT m FROM m), '[4, 8]', 'mrmr', 'krr', 20, 'binned', 3) AS e,
       (SELECT seed, k, rmse(truth, predicted) AS rmse, spearman_rho(truth, predicted) AS rho, avg(truth BETWEEN lower AND upper) AS coverage, avg(upper - lower) AS width, count(*) AS n
          FROM models GROUP BY seed, k) AS m WHERE m.seed = e.seed AND m.k = +e.k;
SELECT count(*), sum(abs(truth - score) > 1e-12) FROM models JOIN (SELECT model, avg(score) AS score FROM r GROUP BY model) USING (model);
SELECT count(lower), count(upper) FROM coreset_evaluate_models((SELECT m FROM m), 4, 'mrmr', 'krr') WHERE level = 0;
.print -- a target that answered none of the coreset has no prediction, and does not count
CREATE TABLE none AS SELECT score_matrix(model, question, iif(model = 29 AND question = (SELECT question FROM random_select((SELECT m FROM m), 1, 1)), NULL, score)) AS m FROM r;
SELECT model, predicted IS NULL FROM coreset_evaluate_models((SELECT m FROM none), 1, 'random', 'mean', 27, 'strong', 1);
SELECT rmse IS NOT NULL, targets FROM coreset_evaluate((SELECT m FROM none), 1, 'random', 'mean', 27, 'strong', 1);
.print -- the questions of each split, of the largest k; the predictor makes no difference
SELECT seed, group_concat(question) FROM coreset_evaluate_questions((SELECT m FROM m), '[2, 4, 3]', 'mrmr') WHERE seeds = 2 GROUP BY seed;
SELECT count(*), sum(a.question = b.question) FROM coreset_evaluate_questions((SELECT m FROM m), '10%', NULL, 'krr') AS a
  JOIN coreset_evaluate_questions((SELECT m FROM m), '[4, 1]', NULL, 'mean') AS b USING (seed, rank);
SELECT DISTINCT k, selector, predictor, seeds FROM coreset_evaluate_questions((SELECT m FROM m), '[2, "10%"]', 'random');
.print -- LIMIT ends the work: of a million splits
SELECT seed, k FROM coreset_evaluate((SELECT m FROM m), '[2, 3]', 'random', 'mean') WHERE seeds = 1000000 LIMIT 3;
SELECT seed, count(*) FROM (SELECT seed FROM coreset_evaluate_models((SELECT m FROM m), 2, 'random', 'mean') WHERE seeds = 1000000 LIMIT 12) GROUP BY seed;
.print -- what is refused
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, true]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, null]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, [9]]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, "some"]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, 2.5]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, 0]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, 41]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, "150%"]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '[8, 9, 8]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '["10%", "11%"]');
SELECT * FROM coreset_evaluate((SELECT m FROM m), '{"k": 8}');
SELECT * FROM coreset_evaluate_models((SELECT m FROM m), '[8, 41]');
SELECT * FROM coreset_evaluate_questions((SELECT m FROM m), NULL);
SELECT * FROM coreset_evaluate_questions((SELECT m FROM m), 4, 'mrmr', 'best');
SELECT * FROM coreset_evaluate((SELECT m FROM m));
SELECT * FROM coreset_evaluate((SELECT m FROM m), NULL);
SELECT * FROM coreset_evaluate((SELECT m FROM m), 41);
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8, 'best');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8, NULL, 'best');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8, NULL, NULL, 30);
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8, NULL, NULL, '3%');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8, NULL, NULL, 20, 'odd');
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8, NULL, NULL, 20, NULL, 0);
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8, '{"selector":"mrmr","alpha":1}', NULL, 20);
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8, 'mrmr', NULL, 7);
SELECT * FROM coreset_evaluate((SELECT m FROM m), 8) WHERE level = 1;
.print -- still usable
SELECT count(*) FROM coreset_evaluate((SELECT m FROM m), 8);
