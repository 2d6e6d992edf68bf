-- Selecting in a GROUP BY: the aggregates against the table-valued functions.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200)
  SELECT i % 3 AS suite, i / 60 AS model, 'q' || (i % 60) AS question, ((i * 7919 + i / 60 * 104729) % 1009) < 200 + 30 * (i / 60) AS score FROM n;
CREATE TABLE m AS SELECT suite, score_matrix(model, question, score) AS m FROM r GROUP BY suite;
CREATE VIEW tables AS
  SELECT suite, 'MID' AS method, (SELECT json_group_array(question) FROM (SELECT question FROM mrmr_select(m.m, 5, 'MID'))) AS coreset FROM m
  UNION ALL SELECT suite, 'MIQ', (SELECT json_group_array(question) FROM (SELECT question FROM mrmr_select(m.m, 5, 'MIQ'))) FROM m
  UNION ALL SELECT suite, 'MI 4', (SELECT json_group_array(question) FROM (SELECT question FROM mrmr_select(m.m, 5, 'MI', 4))) FROM m
  UNION ALL SELECT suite, 'ross', (SELECT json_group_array(question) FROM (SELECT question FROM mrmr_select(m.m, 5, 'MIQ', 3, 'ross'))) FROM m
  UNION ALL SELECT suite, '25%', (SELECT json_group_array(question) FROM (SELECT question FROM mrmr_select(m.m, '25%'))) FROM m
  UNION ALL SELECT suite, 'all', (SELECT json_group_array(question) FROM (SELECT question FROM mrmr_select(m.m))) FROM m
  UNION ALL SELECT suite, 'random', (SELECT json_group_array(question) FROM (SELECT question FROM random_select(m.m, 5))) FROM m
  UNION ALL SELECT suite, 'random 7', (SELECT json_group_array(question) FROM (SELECT question FROM random_select(m.m, 5, 7))) FROM m
  UNION ALL SELECT suite, 'coreset', (SELECT json_group_array(question) FROM (SELECT question FROM coreset_select(m.m, 5))) FROM m
  UNION ALL SELECT suite, 'coreset MIQ', (SELECT json_group_array(question) FROM (SELECT question FROM coreset_select(m.m, 5, '{"selector":"mrmr","scheme":"MIQ"}'))) FROM m
  UNION ALL SELECT suite, 'coreset random', (SELECT json_group_array(question) FROM (SELECT question FROM coreset_select(m.m, 5, 'random', '{"seed":7}'))) FROM m;
CREATE VIEW aggregates AS
  SELECT suite, 'MID' AS method, mrmr_select(model, question, score, 5, 'MID') AS coreset FROM r GROUP BY suite
  UNION ALL SELECT suite, 'MIQ', mrmr_select(model, question, score, 5, 'MIQ') FROM r GROUP BY suite
  UNION ALL SELECT suite, 'MI 4', mrmr_select(model, question, score, 5.0, 'mi', 4.0) FROM r GROUP BY suite
  UNION ALL SELECT suite, 'ross', mrmr_select(model, question, score, 5, NULL, NULL, 'ross') FROM r GROUP BY suite
  UNION ALL SELECT suite, '25%', mrmr_select(model, question, score, '25%') FROM r GROUP BY suite
  UNION ALL SELECT suite, 'all', mrmr_select(model, question, score) FROM r GROUP BY suite
  UNION ALL SELECT suite, 'random', coreset_select(model, question, score, 5, 'random') FROM r GROUP BY suite
  UNION ALL SELECT suite, 'random 7', coreset_select(model, question, score, 5, 'random', '{"seed":7}') FROM r GROUP BY suite
  UNION ALL SELECT suite, 'coreset', coreset_select(model, question, score, 5) FROM r GROUP BY suite
  UNION ALL SELECT suite, 'coreset MIQ', coreset_select(model, question, score, 5, '{"selector":"mrmr","scheme":"MIQ"}') FROM r GROUP BY suite
  UNION ALL SELECT suite, 'coreset random', coreset_select(model, question, score, 5, 'random', '{"seed":7}') FROM r GROUP BY suite;
.print -- every method, and in how many of the three suites both agree
SELECT method, sum(t.coreset = a.coreset), min(json_array_length(a.coreset)) FROM tables AS t JOIN aggregates AS a USING (suite, method) GROUP BY method;
.print -- the order of the rows makes no difference
SELECT count(DISTINCT c) FROM (
  SELECT mrmr_select(model, question, score, 6) AS c FROM (SELECT * FROM r ORDER BY question DESC, model)
  UNION ALL SELECT mrmr_select(model, question, score, 6) FROM (SELECT * FROM r ORDER BY score, question));
.print -- repeats are averaged and NULLs are missing, as in score_matrix
SELECT mrmr_select(model, question, score, 6) = (SELECT mrmr_select(model, question, score, 6) FROM r)
  FROM (SELECT * FROM r UNION ALL SELECT * FROM r WHERE model = 3 UNION ALL SELECT suite, model, question, NULL FROM r);
.print -- the result is JSON for JSON functions, and a text
SELECT json_object('coreset', coreset_select(model, question, score, 2, 'random')), typeof(coreset_select(model, question, score, 2, 'random')) FROM r;
.print -- it joins back by way of json_each
SELECT count(*), count(DISTINCT model) FROM json_each((SELECT mrmr_select(model, question, score, 4) FROM r WHERE suite = 1)) JOIN r ON question = value;
.print -- and it is what fits take
SELECT suite, typeof(krr_fit(m, (SELECT mrmr_select(model, question, score, 4) FROM r WHERE r.suite = m.suite))) FROM m;
.print -- FILTER and HAVING; a group without rows
SELECT suite, mrmr_select(model, question, score, 3) FILTER (WHERE model < 15) IS (SELECT json_group_array(question) FROM
    (SELECT question FROM mrmr_select((SELECT score_matrix(model, question, score) FROM r AS s WHERE s.suite = r.suite AND model < 15), 3)))
  FROM r GROUP BY suite HAVING count(*) > 100;
SELECT mrmr_select(model, question, score, 3) FILTER (WHERE model > 99) IS NULL FROM r;
SELECT count(*) FROM (SELECT mrmr_select(model, question, score, 3) FROM r WHERE 0 GROUP BY suite);
.print -- aggregates of several kinds side by side
SELECT suite, count(*), mrmr_select(model, question, score, 2) = coreset_select(model, question, score, 2, 'random'), length(score_matrix(model, question, score)) =
  (SELECT length(m) FROM m WHERE m.suite = r.suite) FROM r GROUP BY suite;
.print -- one bad group is an error; no window functions
SELECT mrmr_select(model, question, CASE WHEN suite = 0 THEN 1 ELSE score END, 2) FROM r GROUP BY suite;
SELECT mrmr_select(model, question, score, 2) OVER (PARTITION BY suite) FROM r;
SELECT score_matrix(model, question, score) OVER (ORDER BY model) FROM r;
SELECT krr_predict(NULL, question, score) OVER () FROM r;
.print -- still usable
SELECT json_array_length(mrmr_select(model, question, score, 2)) FROM r;
.print -- a list longer than SQLite may hand out
.limit length 60
SELECT length(coreset_select(model, question, score, 2, 'random')) FROM r WHERE suite = (SELECT min(suite) FROM r);
SELECT coreset_select(model, question, score, '100%', 'random') FROM r WHERE suite = (SELECT min(suite) FROM r);
SELECT mrmr_select(model, question, score, '100%') FROM r WHERE suite = (SELECT min(suite) FROM r);
