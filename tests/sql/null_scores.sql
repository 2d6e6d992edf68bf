-- NULL scores are missing cells, not zeros.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 400)
  SELECT 'm' || (10 + i / 20) AS model, i % 20 AS question, ((i * 7919 + i / 20 * 104729) % 1009) < 200 + 30 * (i / 20) AS score FROM n;
.print -- a NULL row and no row at all are the same, where both ids occur elsewhere
SELECT (SELECT score_matrix(model, question, CASE WHEN (question * 3 + substr(model, 2)) % 8 THEN score END) FROM r)
     = (SELECT score_matrix(model, question, score) FROM r WHERE (question * 3 + substr(model, 2)) % 8);
.print -- a NULL beside a score of the same cell changes nothing
SELECT score_matrix(model, question, score) = (SELECT score_matrix(model, question, score) FROM r)
  FROM (SELECT * FROM r UNION ALL SELECT model, question, NULL FROM r);
.print -- a question, and a model, of which all rows are NULL: known, without cells, mean NULL
CREATE TABLE m AS SELECT score_matrix(model, question, CASE WHEN question <> 7 AND model <> 'm12' THEN score END) AS m FROM r;
SELECT json_remove(score_matrix_info(m), '$.bytes') FROM m;
SELECT question, answered, mean, discrimination, weight FROM score_matrix_questions((SELECT m FROM m)) WHERE answered = 0;
SELECT model, answered, mean FROM score_matrix_models((SELECT m FROM m)) WHERE answered = 0;
SELECT count(*), sum(question = 7), sum(model = 'm12') FROM score_matrix_cells((SELECT m FROM m));
.print -- that question is no part of the benchmark: 19 remain, and percentages are of these
SELECT count(*), max(question = 7) FROM mrmr_select((SELECT m FROM m));
SELECT DISTINCT k FROM random_select((SELECT m FROM m), '100%');
SELECT * FROM random_select((SELECT m FROM m), 20);
SELECT * FROM random_select((SELECT m FROM m), 3) WHERE include = '[7]';
.print -- the selection is that of the rows without them
SELECT rank, question, objective FROM mrmr_select((SELECT m FROM m)) EXCEPT
  SELECT rank, question, objective FROM mrmr_select((SELECT score_matrix(model, question, score) FROM r WHERE question <> 7 AND model <> 'm12'));
.print -- in a prediction from one matrix the model is a target without an answer; of two it is no good source
SELECT model, predicted, observed, answered, unknown FROM krr_predict((SELECT m FROM m));
SELECT model, round(predicted, 9), round(lower, 9), round(upper, 9), observed, answered, unknown FROM krr_predict((SELECT m FROM m), (SELECT score_matrix('x', 8, 1)));
.print -- an answer to 7 is unknown
SELECT model, predicted IS NULL, observed, answered, unknown FROM krr_predict(
  (SELECT score_matrix(model, question, CASE WHEN question <> 7 THEN score END) FROM r),
  (SELECT score_matrix(column1, column2, column3) FROM (VALUES('x', 7, 1), ('x', 8, 1), ('x', 9, 0), ('y', 7, 1))));
.print -- nothing but NULLs
CREATE TABLE empty AS SELECT score_matrix(model, question, NULL) AS m FROM r;
SELECT json_extract(score_matrix_info(m), '$.models', '$.questions', '$.cells', '$.missing') FROM empty;
SELECT count(*) FROM score_matrix_cells((SELECT m FROM empty));
SELECT mrmr_select(model, question, NULL, 3) FROM r;
SELECT * FROM krr_predict((SELECT m FROM m), (SELECT m FROM empty)) LIMIT 1;
SELECT score_matrix_merge(column1) = (SELECT m FROM m) FROM (SELECT m AS column1 FROM m UNION ALL SELECT m FROM empty);
.print -- no rows give NULL, which is no matrix, except as the default of an optional argument
SELECT score_matrix(model, question, score) IS NULL, score_matrix_merge(model) IS NULL, mrmr_select(model, question, score, 3) IS NULL FROM r WHERE 0;
SELECT count(*) FROM score_matrix_cells((SELECT score_matrix(model, question, score) FROM r WHERE 0));
SELECT count(*) FROM krr_predict((SELECT m FROM m), (SELECT score_matrix(model, question, score) FROM r WHERE 0));
.print -- missing cells in any place: counts and means by plain SQL, both ways round
CREATE TABLE holes AS SELECT model, question, CASE WHEN (question * 5 + substr(model, 2) * 3) % 9 THEN score END AS score FROM r;
CREATE VIEW h AS SELECT score_matrix(model, question, score) AS m FROM holes;
SELECT count(*) FROM (SELECT question, answered, round(mean, 12) FROM score_matrix_questions((SELECT m FROM h)) INTERSECT
  SELECT question, count(score), round(avg(score), 12) FROM holes GROUP BY question);
SELECT count(*) FROM (SELECT model, answered, round(mean, 12) FROM score_matrix_models((SELECT m FROM h)) INTERSECT
  SELECT model, count(score), round(avg(score), 12) FROM holes GROUP BY model);
SELECT count(*), (SELECT count(score) FROM holes) FROM (SELECT model, question, score, repeats FROM score_matrix_cells((SELECT m FROM h)) INTERSECT
  SELECT model, question, score, 1 FROM holes WHERE score IS NOT NULL);
