-- Comparing models.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 2400)
  SELECT i / 60 AS model, 'q' || (i % 60) AS question, ((i * 7919 + i / 60 * 104729) % 1009) < 150 + 17 * (i / 60) AS score FROM n;
CREATE TABLE s AS SELECT score_matrix(model, question, score) AS m FROM r WHERE model % 5 > 0;
CREATE TABLE coreset AS SELECT question FROM coreset_select((SELECT m FROM s), 12);
CREATE TABLE answers AS SELECT model, question, score FROM r JOIN coreset USING (question) WHERE model % 5 = 0;
CREATE TABLE t AS SELECT score_matrix(model, question, score) AS m FROM answers;
CREATE TABLE every AS SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t));
SELECT model_a, model_b, round(difference, 4), round(lower, 4), round(upper, 4), round(p_value, 4), verdict, shared, wins, losses, needed FROM every;
.print -- each pair once, the highest prediction first; the difference is that of the predictions; counts
SELECT count(*), count(DISTINCT min(model_a, model_b) || '-' || max(model_a, model_b)) FROM (SELECT model_a, model_b FROM every) GROUP BY 1 = 1;
CREATE TABLE p AS SELECT * FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t));
SELECT count(*) FROM every JOIN p AS a ON a.model = model_a JOIN p AS b ON b.model = model_b
 WHERE abs(difference - (a.predicted - b.predicted)) > 1e-12 OR difference < 0 OR every.lower > difference OR every.upper < difference;
SELECT count(*) FROM every JOIN (SELECT a.model AS x, b.model AS y, count(*) AS n, sum(a.score > b.score) AS w, sum(a.score < b.score) AS l
    FROM answers AS a JOIN answers AS b USING (question) GROUP BY 1, 2) ON x = model_a AND y = model_b
 WHERE n <> shared OR w <> wins OR l <> losses;
.print -- verdict, interval, p-value and needed say the same; never wider than independent intervals
SELECT verdict, count(*), sum(lower > 0), sum(p_value <= 0.1), count(needed), min(needed) > 0, max(shared + needed) <= 60 FROM every GROUP BY verdict;
SELECT count(*) FROM every JOIN p AS a ON a.model = model_a JOIN p AS b ON b.model = model_b
 WHERE every.upper - difference > sqrt(pow(a.upper - a.predicted, 2) + pow(b.predicted - b.lower, 2)) + 1e-9 AND a.upper < 0.9 AND b.lower > 0.1;
.print -- another level, none of the order of rows, a fit
SELECT count(*), sum(wide.upper - wide.lower > every.upper - every.lower), sum(abs(wide.p_value - every.p_value) < 1e-12)
  FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t)) AS wide JOIN every USING (model_a, model_b) WHERE wide.level = 0.99;
SELECT * FROM every EXCEPT SELECT * FROM coreset_compare((SELECT score_matrix(model, question, score) FROM (SELECT * FROM r WHERE model % 5 > 0 ORDER BY score, question DESC)),
  (SELECT score_matrix(model, question, score) FROM (SELECT * FROM answers ORDER BY question, model DESC)));
CREATE TABLE f AS SELECT coreset_fit((SELECT m FROM s), json_group_array(question)) AS fit FROM coreset;
SELECT count(*), sum(abs(f.lower - every.lower) < 1e-12 AND abs(f.p_value - every.p_value) < 1e-9 AND f.verdict = every.verdict AND f.needed IS every.needed)
  FROM coreset_compare((SELECT fit FROM f), (SELECT m FROM t)) AS f JOIN every USING (model_a, model_b);
.print -- Holm's procedure by hand
CREATE TABLE holm AS SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t)) WHERE correction = 'HOLM';
SELECT count(*), sum(abs(holm.p_value - by_hand) < 1e-12), sum((holm.verdict = 'better') = (by_hand <= 0.1)), sum(holm.verdict = 'better') < sum(verdict_alone = 'better')
  FROM holm JOIN (SELECT model_a, model_b, verdict AS verdict_alone, max(min(p_value * left, 1)) OVER (ORDER BY p_value ROWS UNBOUNDED PRECEDING) AS by_hand
                    FROM (SELECT *, count(*) OVER () + 1 - row_number() OVER (ORDER BY p_value) AS left FROM every)) USING (model_a, model_b);
.print -- a margin: equivalent where the interval at 2 level - 1 lies within
SELECT verdict, count(*), sum(max(abs(narrow.lower), abs(narrow.upper)) <= 0.25)
  FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), NULL, 0.25) AS e
  JOIN (SELECT model_a, model_b, lower, upper FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t)) WHERE level = 0.8) AS narrow USING (model_a, model_b)
 GROUP BY verdict;
.print -- a baseline: a target, a source, in one matrix
SELECT model_a, model_b, round(difference, 4), verdict FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), 20);
SELECT model_a, model_b, round(difference - predicted + (SELECT avg(score) FROM r WHERE model = 21), 9) FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), 21) JOIN p ON model = model_a;
CREATE TABLE one AS SELECT score_matrix(model, question, score) AS m FROM r WHERE model % 5 > 0 OR question IN (SELECT question FROM coreset);
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), 21) EXCEPT SELECT * FROM coreset_compare((SELECT m FROM one)) WHERE baseline = 21;
SELECT DISTINCT baseline, margin, correction, predictor, level FROM coreset_compare((SELECT m FROM one), NULL, 21, 0.1);
.print -- targets without an answer, and with other questions; no scale matters
INSERT INTO answers SELECT 99, 'q1', NULL;
INSERT INTO answers SELECT 98, question, score FROM r WHERE model = 7 AND question IN ('q1', 'q2', 'q3', 'q4');
CREATE TABLE ragged AS SELECT score_matrix(model, question, score) AS m FROM answers;
SELECT model_a, model_b, difference IS NULL, lower IS NULL, p_value IS NULL, verdict, shared, needed FROM coreset_compare((SELECT m FROM s), (SELECT m FROM ragged), 98) WHERE model_a IN (0, 99);
SELECT max(abs(scaled.lower - 100 * plain.lower)) < 1e-9, max(abs(scaled.p_value - plain.p_value)) < 1e-9
  FROM coreset_compare((SELECT score_matrix(model, question, 100 * score) FROM r WHERE model % 5 > 0), (SELECT score_matrix(model, question, 100 * score) FROM answers WHERE model < 90)) AS scaled
  JOIN every AS plain USING (model_a, model_b);
.print -- all answered: certain, if they differ
SELECT verdict, p_value, round(lower - upper, 9), needed FROM coreset_compare((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM r WHERE model IN (10, 35)));
.print -- errors
SELECT * FROM coreset_compare((SELECT m FROM s));
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM answers WHERE model = 0));
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM answers WHERE model = 0), 0);
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), 'twenty');
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), 2.5);
SELECT * FROM coreset_compare((SELECT fit FROM f), (SELECT m FROM t), 21);
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), 20, 0);
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), 20, 'small');
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t), 20, 0.1, 'bonferroni');
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t)) WHERE level = 0;
SELECT * FROM coreset_compare((SELECT m FROM s), (SELECT m FROM t)) WHERE selector = 'none';
SELECT count(*), count(lower), min(verdict) FROM coreset_compare((SELECT score_matrix(model, question, score) FROM r WHERE model IN (1, 2)), (SELECT m FROM t));
