-- Choosing questions.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 1200)
  SELECT i % 2 AS suite, 'm' || (i / 40) AS model, 'q' || (i % 40) AS question,
         ((i * 7919 + i / 40 * 104729) % 1009) < 150 + 25 * (i / 40) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
.print -- every scheme; the first question is the most relevant one
SELECT scheme, group_concat(question, ' ') FROM (SELECT scheme, question FROM mrmr_select((SELECT m FROM m), 6)
  WHERE scheme IN ('MID', 'MIQ', 'MI')) GROUP BY scheme ORDER BY scheme;
.print -- objective is relevance less mean redundancy, or the quotient
SELECT max(abs(objective - (relevance - redundancy))) < 1e-12 FROM mrmr_select((SELECT m FROM m), NULL, 'MID');
SELECT max(abs(objective * (redundancy + 1e-10) - relevance)) < 1e-9
  FROM mrmr_select((SELECT m FROM m)) WHERE scheme = 'MIQ' AND rank > 1;
SELECT count(*), max(objective - relevance), sum(remaining_sd IS NULL) FROM mrmr_select((SELECT m FROM m), NULL, 'MI');
.print -- redundancy is the mean mutual information with the questions before: by mutual_info
WITH c AS (SELECT rank, question, redundancy FROM mrmr_select((SELECT m FROM m), 5))
SELECT round(c.redundancy, 9) = round(avg(i), 9) FROM c JOIN (
  SELECT a.rank AS rank, mutual_info(x.score, y.score) AS i FROM c AS a JOIN c AS b ON b.rank < a.rank
    JOIN r AS x ON x.question = a.question JOIN r AS y ON y.question = b.question AND y.model = x.model
   GROUP BY a.rank, b.rank) AS pairs USING (rank) GROUP BY c.rank;
.print -- relevance by mutual_info with the mean score
SELECT max(abs(c.relevance - i)) < 1e-12 FROM mrmr_select((SELECT m FROM m), 10) AS c JOIN (
  SELECT question, mutual_info(score, mean) AS i FROM r JOIN (SELECT model, avg(score) AS mean FROM r GROUP BY model)
   USING (model) GROUP BY question) USING (question);
.print -- counts: integers, integral doubles, percentages (rounded down, at least 1), absent
SELECT count(*) FROM random_select((SELECT m FROM m), 7);
SELECT count(*) FROM random_select((SELECT m FROM m), 7.0);
SELECT count(*) FROM random_select((SELECT m FROM m), '10%');
SELECT count(*) FROM random_select((SELECT m FROM m), '12.4 %');
SELECT count(*) FROM random_select((SELECT score_matrix(m.column1, q.i, (q.i * 7 + m.column1) % 2) FROM (VALUES(1), (2)) AS m,
  (WITH RECURSIVE n(i) AS (VALUES(1) UNION ALL SELECT i + 1 FROM n LIMIT 625) SELECT i FROM n) AS q), '9.12%');
SELECT count(*) FROM random_select((SELECT m FROM m), '0.1%');
SELECT count(*) FROM random_select((SELECT m FROM m), '100%');
SELECT count(*), count(DISTINCT question) FROM random_select((SELECT m FROM m));
.print -- nested: each row of a shorter run is in the longer one at the same rank
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 9) EXCEPT SELECT rank, question FROM mrmr_select((SELECT m FROM m));
SELECT rank, question FROM random_select((SELECT m FROM m), 9, 5) EXCEPT SELECT rank, question FROM random_select((SELECT m FROM m), NULL, 5);
.print -- seeds
SELECT count(*) FROM random_select((SELECT m FROM m), 40, 1) AS a JOIN random_select((SELECT m FROM m), 40, 2) AS b USING (rank, question);
SELECT group_concat(question, ' ') FROM (SELECT question FROM random_select((SELECT m FROM m), 5, -1));
.print -- include, exclude: the search goes on from what is included
CREATE TABLE s AS SELECT rank, question FROM mrmr_select((SELECT m FROM m), 8);
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 8)
 WHERE include = (SELECT json_group_array(question) FROM s WHERE rank <= 3) EXCEPT SELECT * FROM s;
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 3) WHERE include = '["q9", "q1"]' AND rank < 3;
SELECT count(*) FROM mrmr_select((SELECT m FROM m)) WHERE exclude = '["q9", "q1", "unknown", 5]' AND question IN ('q1', 'q9');
SELECT count(*) FROM mrmr_select((SELECT m FROM m)) WHERE exclude = '["q9", "q1"]';
SELECT rank, question FROM mrmr_select((SELECT m FROM m), 1) WHERE exclude = '["q9"]' AND include = '["q9"]';
.print -- costs and budget
SELECT sum(1 + substr(question, 2) % 5) <= 20 FROM mrmr_select((SELECT m FROM m))
 WHERE budget = 20 AND costs = (SELECT json_group_array(json_array(question, 1 + substr(question, 2) % 5)) FROM (SELECT DISTINCT question FROM r));
SELECT count(*) FROM mrmr_select((SELECT m FROM m)) WHERE budget = 6;
SELECT count(*) FROM mrmr_select((SELECT m FROM m)) WHERE budget = 0;
.print -- aggregates give the same, per group
SELECT suite, coreset_select(model, question, score, 3, 'random'), mrmr_select(model, question, score, '10%', 'MIQ', 4) FROM r GROUP BY suite;
SELECT (SELECT json_group_array(question) FROM (SELECT question FROM mrmr_select((SELECT m FROM m), 7, 'MIQ')))
     = mrmr_select(model, question, score, 7, 'MIQ') FROM r;
SELECT coreset_select(model, question, score, 4) = kriging_irt_select(model, question, score, 4),
       coreset_select(model, question, score, 4, 'random', '{"seed":3}') = coreset_select(model, question, score, 4, 'random', '{"seed":3}') FROM r;
SELECT mrmr_select(model, question, score, 3) IS NULL FROM r WHERE 0;
SELECT json_type(json_array(coreset_select(model, question, score, 2, 'random')), '$[0]') FROM r;
SELECT json_array_length(coreset_select(model, question, score, NULL, 'random')) FROM r;
.print -- ids as JSON: integers, quotes, control characters
SELECT coreset_select(column1, column2, column3, 4, 'random') FROM (VALUES('a', 5, 1), ('a', 'q"uo\te', 0), ('a', '5', 1), ('a', char(10), 0),
  ('b', 5, 0), ('b', 'q"uo\te', 0), ('b', '5', 1), ('b', char(10), 1));
.print -- methods by name or object
SELECT group_concat(question, ' ') FROM (SELECT question FROM coreset_select((SELECT m FROM m), 4, 'random', '{"seed":9}'));
SELECT group_concat(question, ' ') FROM (SELECT question FROM coreset_select((SELECT m FROM m), 4, '{"selector":"random","seed":9}'));
SELECT group_concat(question, ' ') FROM (SELECT question FROM coreset_select((SELECT m FROM m), 4, '{"selector":"mrmr","scheme":"MI"}'));
.print -- the half-scored are no sources: a model with few answers changes nothing
SELECT question FROM mrmr_select((SELECT score_matrix(model, question, score) FROM
  (SELECT * FROM r UNION ALL SELECT 0, 'new', question, 1 FROM r WHERE question < 'q2' GROUP BY question)), 5)
EXCEPT SELECT question FROM s;
.print -- any two values are binary; continuous scores use KSG, or LNC when asked
SELECT rank, question FROM mrmr_select((SELECT score_matrix(model, question, 3 - 7 * score) FROM r), 8) EXCEPT SELECT * FROM s;
CREATE TABLE c AS SELECT score_matrix(model, question, (score + model % 5 + length(question)) / 8.0) AS m FROM
  (SELECT substr(model, 2) AS model, question, score FROM r);
SELECT DISTINCT estimator FROM mrmr_select((SELECT m FROM c), 2);
SELECT count(*), count(DISTINCT question) FROM mrmr_select((SELECT m FROM c), NULL, 'MIQ', 5, 'lnc');
.print -- missing cells: a question that too few models answered is never chosen
SELECT count(*), max(question = 'q7') FROM mrmr_select((SELECT score_matrix(model, question,
  CASE WHEN question = 'q7' AND model > 'm14' THEN NULL ELSE score END) FROM r));
SELECT question, answered FROM score_matrix_questions((SELECT score_matrix(model, question,
  CASE WHEN question = 'q7' AND model > 'm14' THEN NULL ELSE score END) FROM r)) WHERE answered < 30;
