-- Scores that are hard to compute with: every method gives finite numbers, and intervals that hold their predictions, or says what is wrong.
CREATE TABLE base AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 480)
  SELECT i / 24 AS model, i % 24 AS question, (i * 7919 + i / 24 * 104729 + i % 24 * 31) % 1009 < 150 + 40 * (i / 24) AS score,
         ((i * 7919 + i / 24 * 104729) % 1009 + 40 * (i / 24)) / 2000.0 AS rate FROM n;
CREATE TABLE hard(name, model, question, score);
INSERT INTO hard SELECT 'models in pairs', model, question, (SELECT score FROM base AS b WHERE b.model = a.model / 2 * 2 AND b.question = a.question) FROM base AS a;
INSERT INTO hard SELECT 'questions in pairs', model, question, (SELECT score FROM base AS b WHERE b.model = a.model AND b.question = a.question / 2 * 2) FROM base AS a;
INSERT INTO hard SELECT 'two kinds of questions', model, question, (SELECT rate FROM base AS b WHERE b.model = a.model AND b.question = a.question % 2) FROM base AS a;
INSERT INTO hard SELECT 'equal to the last bit', model, question, 0.7 + score * 1.1102230246251565e-16 FROM base;
INSERT INTO hard SELECT 'nearly equal', model, question, 1e6 + rate * 1e-9 FROM base;
INSERT INTO hard SELECT 'subnormal', model, question, rate * 4.9e-320 FROM base;
INSERT INTO hard SELECT 'subnormal, two values', model, question, score * 4.9e-324 FROM base;
INSERT INTO hard SELECT 'large', model, question, (2 * rate - 1) * 1e288 FROM base;
INSERT INTO hard SELECT 'large, two values', model, question, CASE score WHEN 1 THEN 1e288 ELSE -1e288 END FROM base;
INSERT INTO hard SELECT 'large and small', model, question, CASE WHEN (model + question) % 11 = 3 THEN 1e200 ELSE rate END FROM base;
INSERT INTO hard SELECT 'one right answer', model, question, model = 7 AND question = 11 FROM base;
INSERT INTO hard SELECT 'one wrong answer', model, question, model <> 7 OR question <> 11 FROM base;
INSERT INTO hard SELECT 'each model all or nothing', model, question, model % 2 FROM base;
CREATE TABLE matrices AS SELECT name, score_matrix(model, question, score) FILTER (WHERE model < 16) AS s,
  score_matrix(model, question, score) FILTER (WHERE model >= 16 AND question % 3 = 1) AS t, min(score) AS low, max(score) AS high FROM hard GROUP BY name;
.print -- selectors: five questions of each, all finite
CREATE TABLE selectors AS SELECT DISTINCT name AS s_name FROM coreset_methods WHERE kind = 'selector';
SELECT name, count(DISTINCT s_name), min(n), max(n) FROM (SELECT m.name, s_name, count(question) AS n FROM matrices AS m, selectors, coreset_select(m.s, 5, s_name)
  WHERE abs(ifnull(relevance, 0)) < 9e999 AND abs(ifnull(redundancy, 0)) < 9e999 AND abs(ifnull(objective, 0)) < 9e999 AND ifnull(remaining_sd, 0) BETWEEN 0 AND 1e300 GROUP BY m.name, s_name) GROUP BY name;
.print -- predictors: finite, and inside their intervals
CREATE TABLE predictors AS SELECT DISTINCT name AS predictor FROM coreset_methods WHERE kind = 'predictor' ORDER BY 1;
CREATE TABLE results AS SELECT m.name, p.predictor, model, predicted, lower, upper, low, high FROM matrices AS m, predictors AS p,
  coreset_predict(m.s, m.t, p.predictor, NULL, 'random');
SELECT name, count(*), sum(predicted IS NULL), sum(abs(predicted) < 1e300), sum(lower <= predicted AND predicted <= upper), sum(lower IS NULL) FROM results GROUP BY name;
.print -- no penalty at all: the least solution, or what would help
SELECT name, count(*), sum(abs(predicted) < 1e300) FROM matrices, krr_predict(s, t, 'poly', 1, 0, NULL, 'none') GROUP BY name;
SELECT name, count(*), sum(abs(predicted) < 1e300) FROM matrices, ridge_predict(s, t, 0, 'none') GROUP BY name;
SELECT name, count(*), sum(abs(predicted) < 1e300) FROM matrices, krr_predict(s, t, 'rbf', NULL, 0, 1e-9, 'none') GROUP BY name;
.print -- predicting from all questions is exact
SELECT name, max(abs(predicted - score)) <= 1e-9 * max(abs(low), abs(high)) + 1e-322 FROM matrices AS m JOIN
  coreset_predict(m.s, (SELECT score_matrix(model, question, score) FROM hard AS h WHERE h.name = m.name AND h.model >= 16), 'krr_blup_irt') AS p
  JOIN (SELECT name AS n, model AS mo, avg(score) AS score FROM hard GROUP BY 1, 2) ON n = name AND mo = p.model GROUP BY name;
