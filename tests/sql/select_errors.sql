-- What selection refuses; the connection stays usable.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 200)
  SELECT i / 20 AS model, i % 20 AS question, ((i * 7919 + i / 20 * 104729) % 1009) < 200 + 60 * (i / 20) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
.print -- k
SELECT * FROM mrmr_select((SELECT m FROM m), 0);
SELECT * FROM mrmr_select((SELECT m FROM m), -3);
SELECT * FROM mrmr_select((SELECT m FROM m), 21);
SELECT * FROM mrmr_select((SELECT m FROM m), 2.5);
SELECT * FROM mrmr_select((SELECT m FROM m), '200%');
SELECT * FROM mrmr_select((SELECT m FROM m), '0%');
SELECT * FROM mrmr_select((SELECT m FROM m), '-5%');
SELECT * FROM mrmr_select((SELECT m FROM m), 'abc');
SELECT * FROM mrmr_select((SELECT m FROM m), '5');
SELECT * FROM mrmr_select((SELECT m FROM m), '5%%');
SELECT * FROM mrmr_select((SELECT m FROM m), x'05');
SELECT mrmr_select(model, question, score, 5000) FROM r;
.print -- options
SELECT * FROM mrmr_select((SELECT m FROM m), 5, 'MAX');
SELECT * FROM mrmr_select((SELECT m FROM m), 5, 7);
SELECT * FROM mrmr_select((SELECT m FROM m), 5, 'MID', 0);
SELECT * FROM mrmr_select((SELECT m FROM m), 5, 'MID', 2.5);
SELECT * FROM mrmr_select((SELECT m FROM m), 5, 'MID', 'many');
SELECT * FROM mrmr_select((SELECT m FROM m), 5, 'MID', 3, 'gauss');
SELECT * FROM mrmr_select((SELECT m FROM m), 5, 'MID', 3, 'ksg');
SELECT * FROM random_select((SELECT m FROM m), 5, 'x');
SELECT * FROM coreset_select((SELECT m FROM m), 5, 'best');
SELECT * FROM coreset_select((SELECT m FROM m), 5, 5);
SELECT * FROM coreset_select((SELECT m FROM m), 5, '{"selector":"best"}');
SELECT * FROM coreset_select((SELECT m FROM m), 5, '{"selector":');
SELECT * FROM coreset_select((SELECT m FROM m), 5, 'mrmr', '{"schema":"MID"}');
SELECT * FROM coreset_select((SELECT m FROM m), 5, 'mrmr', '{"scheme":"MAX"}');
SELECT * FROM coreset_select((SELECT m FROM m), 5, 'mrmr', '["MID"]');
SELECT * FROM coreset_select((SELECT m FROM m), 5, 'mrmr', 'MID');
.print -- include, exclude, costs, budget
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = '[1';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = '{"1":1}';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = 5;
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = '[1, "1"]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = '[1, 99]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = '[1, 2, 1]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = '[1, null]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = '[1, 2.5]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE include = '[1, [2]]';
SELECT * FROM mrmr_select((SELECT m FROM m), 1) WHERE include = '[1, 2]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE exclude = 'none';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE costs = '[[1, 2]]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE costs = '[1, 2]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE costs = '[[1, "dear"]]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE costs = '[[1, -2]]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE costs = '[[1]]';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE budget = -1;
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE budget = 'all';
SELECT * FROM mrmr_select((SELECT m FROM m), 5) WHERE budget = 1 AND include = '[1, 2]';
.print -- matrices that no method can use
SELECT * FROM mrmr_select((SELECT score_matrix('m', question, score) FROM r WHERE model = 1), 2);
SELECT * FROM mrmr_select((SELECT score_matrix(model, question, score) FROM r WHERE question = 1), 1);
SELECT * FROM mrmr_select((SELECT score_matrix(model, question, score) FROM r WHERE model < 7), 2);
SELECT * FROM mrmr_select((SELECT m FROM m), 2, 'MID', 5);
SELECT * FROM mrmr_select((SELECT score_matrix(model, question, 0.25) FROM r), 2);
SELECT * FROM random_select((SELECT score_matrix(model, question, NULL) FROM r), 2);
SELECT * FROM mrmr_select((SELECT score_matrix(model, question, score + model * 0.01) FROM r), 2, 'MID', 3, 'ross');
SELECT * FROM mrmr_select((SELECT score_matrix(model, question, score + model * 0.01) FROM r WHERE model < 4), 2);
SELECT * FROM random_select((SELECT score_matrix(model, question, score) FROM r WHERE (model = 1 AND question < 9) OR (model = 2 AND question > 8)), 2);
SELECT * FROM random_select((SELECT score_matrix(model, question, score, 0) FROM r), 2);
.print -- aggregates
SELECT mrmr_select(model, question, 'x', 5) FROM r;
SELECT mrmr_select(model, question, score, question) FROM r;
SELECT mrmr_select(model, question, score, 5, CASE WHEN question < 3 THEN 'MID' ELSE 'MIQ' END) FROM r;
SELECT coreset_select(model, question, score, 5, 'best') FROM r;
SELECT mrmr_select(model, question, score) FROM r;
.print -- still usable
SELECT count(*) FROM mrmr_select((SELECT m FROM m), 5);
