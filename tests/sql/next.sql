-- Questions chosen by a model's answers so far.
CREATE TABLE r AS WITH RECURSIVE n(i, draw) AS (VALUES(0, 20261126) UNION ALL SELECT i + 1, (draw * 1103515245 + 12345) % 2147483648 FROM n LIMIT 3600)
  SELECT i / 60 AS model, 'q' || (i % 60) AS question, (draw >> 8) % 1000 < 1000 / (1 + exp(-2.0 * ((i / 60 * 23 % 60) / 15.0 - (i % 60 * 7 % 60) / 20.0 - 0.5))) AS score FROM n;
CREATE TABLE s AS SELECT score_matrix(model, question, score) AS m FROM r WHERE model % 6 > 0;
CREATE TABLE picks AS SELECT rank, question FROM coreset_select((SELECT m FROM s));
CREATE TABLE answers AS SELECT model, question, score FROM r JOIN picks USING (question) WHERE model % 6 = 0 AND rank <= 6;
CREATE TABLE t AS SELECT score_matrix(model, question, score) AS m FROM answers;
CREATE TABLE one AS SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t));
SELECT model, rank, question, round(gain, 4), round(remaining_width, 4), design FROM one;
CREATE TABLE three AS SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 3);
.print -- n for each target, by rank; none of those answered, none twice; the first is that of one; width falls, and n echoes
SELECT count(*), count(DISTINCT model), count(DISTINCT model || question), sum(rank = 1), max(rank) FROM three;
SELECT count(*) FROM three JOIN answers USING (model, question);
SELECT count(*) FROM one JOIN three USING (model, rank) WHERE one.question = three.question AND one.gain = three.gain AND one.remaining_width = three.remaining_width;
SELECT count(*) FROM three AS a JOIN three AS b USING (model) WHERE a.rank < b.rank AND a.remaining_width <= b.remaining_width OR a.gain NOT BETWEEN 0 AND 1;
SELECT DISTINCT n, exclude, costs, budget FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), '5%');
SELECT DISTINCT n FROM coreset_next((SELECT m FROM s), (SELECT m FROM t));
.print -- models of unlike ability are asked different questions; the coreset asks all the same
SELECT count(DISTINCT question) > 1 FROM one;
.print -- none of the order of rows, of the others, or of where the targets are
SELECT * FROM three EXCEPT SELECT * FROM coreset_next((SELECT score_matrix(model, question, score) FROM (SELECT * FROM r WHERE model % 6 > 0 ORDER BY score, question DESC)),
  (SELECT score_matrix(model, question, score) FROM (SELECT * FROM answers ORDER BY question, model DESC)), 3);
SELECT count(*) FROM (SELECT * FROM coreset_next((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM answers WHERE model = 12), 3) INTERSECT SELECT * FROM three);
CREATE TABLE both AS SELECT score_matrix(model, question, score) AS m FROM (SELECT * FROM r WHERE model % 6 > 0 UNION ALL SELECT * FROM answers);
SELECT * FROM three EXCEPT SELECT * FROM coreset_next((SELECT m FROM both), NULL, 3);
SELECT * FROM three EXCEPT SELECT * FROM coreset_next((SELECT m FROM both)) WHERE n = 3;
SELECT count(*) FROM three JOIN coreset_next((SELECT score_matrix(model, question, 100 * score) FROM r WHERE model % 6 > 0),
  (SELECT score_matrix(model, question, 100 * score) FROM answers), 3) AS hundred USING (model, rank, question) WHERE abs(hundred.gain - three.gain) < 1e-9 AND abs(hundred.remaining_width - 100 * three.remaining_width) < 1e-9;
.print -- a target without answers gets the beginning of the coreset
INSERT INTO answers SELECT 99, 'q1', NULL;
CREATE TABLE t2 AS SELECT score_matrix(model, question, score) AS m FROM answers;
SELECT design, count(*), group_concat(question) = (SELECT group_concat(question) FROM (SELECT * FROM picks WHERE rank <= 4 ORDER BY rank)) FROM coreset_next((SELECT m FROM s), (SELECT m FROM t2), 4) WHERE model = 99 GROUP BY 1;
DELETE FROM answers WHERE model = 99;
.print -- real-valued scores: the default selector goes on
CREATE TABLE real AS SELECT score_matrix(model, question, (score + (model * 7 + length(question)) % 10 / 10.0) / 2) AS m FROM r WHERE model % 6 > 0;
CREATE TABLE real_t AS SELECT score_matrix(model, question, (score + (model * 7 + length(question)) % 10 / 10.0) / 2) AS m FROM answers WHERE model = 12;
SELECT design, count(*) FROM coreset_next((SELECT m FROM real), (SELECT m FROM real_t), 5) GROUP BY 1;
SELECT count(*) FROM coreset_next((SELECT m FROM real), (SELECT m FROM real_t), 5) AS n
  JOIN coreset_select((SELECT m FROM real), 11) AS c ON c.rank = n.rank + 6 AND c.question = n.question AND abs(c.objective - n.gain) < 1e-9 AND abs(2 * 1.6448536269514722 * c.remaining_sd - n.remaining_width) < 1e-9
 WHERE c.include = (SELECT json_group_array(question) FROM answers WHERE model = 12);
.print -- exclude, costs and a budget, which is that of each target
CREATE TABLE cost AS SELECT question, 1 + CAST(substr(question, 2) AS INTEGER) % 4 AS cost FROM picks;
SELECT count(*) FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 3) AS n WHERE n.exclude = (SELECT json_group_array(question) FROM (SELECT DISTINCT question FROM three)) AND question IN (SELECT question FROM three);
SELECT min(spent) > 3, max(spent) <= 5, min(n) > 0 FROM (SELECT model, sum(cost) AS spent, count(*) AS n
  FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 10) AS n JOIN cost USING (question) WHERE n.budget = 5 AND n.costs = (SELECT json_group_array(json_array(question, cost)) FROM cost) GROUP BY model);
SELECT count(*), count(DISTINCT model) FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 10) AS n WHERE n.budget = 2;
SELECT count(*) FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 10) AS n WHERE n.budget = 0;
.print -- everything answered: nothing to ask
SELECT count(*) FROM coreset_next((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM r WHERE model = 0), 10);
SELECT count(*) FROM coreset_next((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM r WHERE model = 0 AND question > 'q2'), 60);
.print -- intervals after it
CREATE TABLE later AS SELECT * FROM answers UNION ALL SELECT n.model, n.question, r.score FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 6) AS n JOIN r USING (model, question);
SELECT count(*), sum(abs(next.predicted - alone.predicted) < 1e-12), sum(next.lower < next.predicted AND next.predicted < next.upper), sum(next.lower = alone.lower), min(next.answered)
  FROM coreset_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM later)) AS next
  JOIN coreset_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM later)) AS alone USING (model)
 WHERE next.selector = '{"selector":"next","batches":2}' AND alone.selector = 'kriging_irt';
SELECT sum(a.lower = b.lower AND a.upper = b.upper), sum(a.lower = c.lower) FROM coreset_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM later)) AS a
  JOIN coreset_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM later)) AS b USING (model)
  JOIN coreset_predict((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM later)) AS c USING (model)
 WHERE a.selector = 'next' AND b.selector = '{"batches":2,"selector":"NEXT"}' AND c.selector = '{"selector":"next","batches":3}';
SELECT count(verdict) FROM coreset_compare((SELECT m FROM s), (SELECT score_matrix(model, question, score) FROM later)) WHERE selector = 'next';
.print -- where the design is static these are the intervals of the default selector
SELECT sum(a.lower = b.lower AND a.upper = b.upper) FROM coreset_predict((SELECT m FROM real), (SELECT m FROM real_t)) AS a JOIN coreset_predict((SELECT m FROM real), (SELECT m FROM real_t)) AS b USING (model)
 WHERE a.selector = 'next' AND b.selector = 'kriging_irt';
.print -- errors
SELECT * FROM coreset_next((SELECT m FROM s));
SELECT * FROM coreset_next();
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 0);
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 61);
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 'many');
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 2.5);
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 1, 'q1');
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 1, NULL, '[["q1", 1]]');
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 1, NULL, '[["q1", -1]]');
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 1, NULL, NULL, -1);
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM t), 1, NULL, NULL, 'much');
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT m FROM s));
SELECT * FROM coreset_next((SELECT m FROM s), 'no matrix');
SELECT * FROM coreset_next((SELECT coreset_fit(m, '["q1","q2"]') FROM s), (SELECT m FROM t));
SELECT * FROM coreset_next((SELECT m FROM s), (SELECT score_matrix(model, 'x' || question, score) FROM answers));
SELECT model, rank, question, design FROM coreset_next((SELECT m FROM s), (SELECT score_matrix(model, question, 100 * score) FROM answers));
SELECT * FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t)) WHERE selector = '{"selector":"next","batches":1}';
SELECT * FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t)) WHERE selector = '{"selector":"next","batch":2}';
SELECT * FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t)) WHERE selector = '{"selector":"next"';
SELECT * FROM coreset_predict((SELECT m FROM s), (SELECT m FROM t)) WHERE selector = 'following';
SELECT coreset_fit(m, '["q1","q2"]', NULL, NULL, 'next') FROM s;
SELECT * FROM coreset_evaluate((SELECT m FROM s), 5, 'next');
