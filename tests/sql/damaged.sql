-- Matrices and fits that are damaged, cut, or something else, wherever one is taken.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 120)
  SELECT i / 10 AS model, 'q' || (i % 10) AS question, ((i * 7919 + i / 10 * 104729) % 1009) < 200 + 50 * (i / 10) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;                                -- one bit for each cell
CREATE TABLE d AS SELECT score_matrix(model, question, score + model / 7.0, 1 + length(question)) AS m    -- doubles, counts, weights
  FROM (SELECT * FROM r UNION ALL SELECT model, question, 0.1 FROM r WHERE model < 3 UNION ALL SELECT 99, 'q1', NULL);
CREATE TABLE f AS SELECT krr_fit(m, '["q1", "q2"]') AS f FROM m;
CREATE TABLE t AS SELECT score_matrix('new', column1, 1) AS m FROM (VALUES('q1'), ('q2'));
CREATE TABLE bad AS SELECT 'cut' AS how, CAST(substr(m, 1, length(m) - 1) AS BLOB) AS m FROM m;
.print -- in every function that takes a matrix
SELECT score_matrix_info(m) FROM bad;
SELECT score_matrix_merge(m) FROM bad;
SELECT count(*) FROM score_matrix_cells((SELECT m FROM bad));
SELECT count(*) FROM score_matrix_questions((SELECT m FROM bad));
SELECT count(*) FROM score_matrix_models((SELECT m FROM bad));
SELECT count(*) FROM coreset_select((SELECT m FROM bad), 2);
SELECT count(*) FROM mrmr_select((SELECT m FROM bad), 2);
SELECT count(*) FROM random_select((SELECT m FROM bad), 2);
SELECT count(*) FROM coreset_predict((SELECT m FROM bad), (SELECT m FROM t));
SELECT count(*) FROM krr_predict((SELECT m FROM m), (SELECT m FROM bad));
SELECT count(*) FROM krr_predict((SELECT f FROM f), (SELECT m FROM bad));
SELECT coreset_fit(m, '["q1"]') FROM bad;
SELECT krr_fit(m, '["q1"]') FROM bad;
SELECT ridge_fit(m, '["q1"]') FROM bad;
.print -- cut at the beginning, in the header, at its end
SELECT score_matrix_info(CAST(substr(m, 1, 1) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 8) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 103) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 104) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 2) AS BLOB)) FROM m;
.print -- longer: a byte, itself again
SELECT score_matrix_info(CAST(m || x'00' AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(m || m AS BLOB)) FROM m;
.print -- as text, in hexadecimal, empty, zeros, the first word and zeros
SELECT score_matrix_info(CAST(m AS TEXT)) IS NULL FROM m;
SELECT score_matrix_info(hex(x'00'));
SELECT score_matrix_info(x'');
SELECT score_matrix_info(zeroblob(200));
SELECT score_matrix_info(CAST('CoreMat' || zeroblob(200) AS BLOB));
.print -- one byte changed: the first, the last, one of the checksum, of the scores, of the ids
SELECT score_matrix_info(CAST(x'53' || substr(m, 2) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, length(m) - 1) || x'ff' AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 24) || CASE substr(m, 25, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(m, 26) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 104) || CASE substr(m, 105, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(m, 106) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, length(m) - 10) || x'ee' || substr(m, length(m) - 8) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, length(m) - 10) || x'ee' || substr(m, length(m) - 8) AS BLOB)) FROM d;
.print -- two bytes exchanged
SELECT score_matrix_info(CAST(substr(m, 1, 300) || substr(m, 302, 1) || substr(m, 301, 1) || substr(m, 303) AS BLOB))
  IS NOT NULL FROM d WHERE substr(m, 301, 1) <> substr(m, 302, 1);
.print -- the header promises more than there is: bytes, models, texts, questions, parts of sums
SELECT score_matrix_info(CAST(substr(m, 1, 16) || x'ffffffffffffff7f' || substr(m, 25) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 32) || x'ffffffff00000000' || substr(m, 41) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 32) || x'ffffffffffffffff' || substr(m, 41) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 48) || x'ffffffffffffffff' || substr(m, 57) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 56) || x'ffffffffffffffff' || substr(m, 65) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 80) || x'ffffffffffffff7f' || substr(m, 89) AS BLOB)) FROM m;
.print -- another version, unknown flags
SELECT score_matrix_info(CAST(substr(m, 1, 8) || x'00000080' || substr(m, 13) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 12) || x'ffffffff' || substr(m, 17) AS BLOB)) FROM m;
.print -- fits: cut, longer, changed, a matrix, something else
SELECT krr_predict((SELECT CAST(substr(f, 1, length(f) - 1) AS BLOB) FROM f), question, score) FROM r;
SELECT krr_predict((SELECT CAST(substr(f, 1, 20) AS BLOB) FROM f), question, score) FROM r;
SELECT krr_predict((SELECT CAST(f || x'00' AS BLOB) FROM f), question, score) FROM r;
SELECT krr_predict((SELECT CAST(substr(f, 1, length(f) - 3) || x'ee' || substr(f, length(f) - 1) AS BLOB) FROM f), question, score) FROM r;
SELECT krr_predict((SELECT CAST(substr(f, 1, 8) || x'63' || substr(f, 10) AS BLOB) FROM f), question, score) FROM r;
SELECT krr_predict((SELECT m FROM m), question, score) FROM r;
SELECT krr_predict(x'', question, score) FROM r;
SELECT krr_predict(zeroblob(500), question, score) FROM r;
SELECT * FROM krr_predict((SELECT CAST(substr(f, 1, length(f) - 1) AS BLOB) FROM f), (SELECT m FROM t));
SELECT * FROM krr_predict((SELECT CAST(substr(f, 1, 20) AS BLOB) FROM f), (SELECT m FROM t));
.print -- still usable, and the originals are as they were
SELECT json_extract(score_matrix_info(m), '$.cells') FROM m;
SELECT json_extract(score_matrix_info(m), '$.cells', '$.repeats') FROM d;
SELECT model, answered FROM krr_predict((SELECT f FROM f), (SELECT m FROM t));
.print -- a fit with a right checksum of 2^62 - 1 models and no parameters: their number overflows
SELECT coreset_predict(x'436f7265466974000300000000000000300100000000000009c9700422d31e5e6d6574686f64000008000000000000006b72725f626c757073657474696e67730000000000000000636f756e7473000010000000000000000500000000000000ffffffffffffff3f72616e676500000020000000000000000000000000000000000000000000f03f000000000000000000000000000000006964730000000000400000000000000005000000000000000000000000000000000000000000000001000000000000000200000000000000030000000000000004000000000000000500000000000000706172616d7300000000000000000000736861726573000028000000000000009a9999999999c93f9a9999999999c93f9a9999999999c93f9a9999999999c93f9a9999999999c93f', q, 1)
  FROM (SELECT 1 AS q UNION ALL VALUES(2), (3), (4), (5));
