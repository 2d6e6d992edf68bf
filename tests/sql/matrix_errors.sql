-- Everything that score_matrix and its kin refuse; the connection stays usable.
.print -- ids
SELECT score_matrix(NULL, 1, 1);
SELECT score_matrix('m', NULL, 1);
SELECT score_matrix(1.5, 1, 1);
SELECT score_matrix('m', 1e300, 1);
SELECT score_matrix(x'00ff', 1, 1);
.print -- scores
SELECT score_matrix('m', 'q', '0.5');
SELECT score_matrix('m', 'q', 'true');
SELECT score_matrix('m', 5, x'01');
SELECT score_matrix('m', 'q', 9e999);
SELECT score_matrix('m', 'q', -9e999);
SELECT score_matrix('m', 'q', 1e300);
.print -- weights
SELECT score_matrix('m', 'q7', 1, column1) FROM (VALUES(1), (2));
SELECT score_matrix('m', 'q7', 1, -1);
SELECT score_matrix('m', 'q7', 1, 9e999);
SELECT score_matrix('m', 'q7', 1, 'heavy');
SELECT score_matrix('m', 'q7', 1, x'01');
SELECT score_matrix(column1, 'q7', NULL, column1) FROM (VALUES(1), (2));
SELECT score_matrix('m', 'q7', 1, CASE column1 WHEN 1 THEN NULL ELSE 2 END) FROM (VALUES(1), (2));
SELECT score_matrix_merge(p) FROM (SELECT score_matrix('m', 'q7', 1, 2) AS p UNION ALL SELECT score_matrix('n', 'q7', 1, 3));
.print -- numbers of arguments
SELECT score_matrix(1, 2);
SELECT score_matrix(1, 2, 3, 4, 5);
.print -- what is not a matrix
SELECT score_matrix_info('abc');
SELECT score_matrix_info(5);
SELECT score_matrix_info(x'');
SELECT score_matrix_info(x'00');
SELECT score_matrix_info(zeroblob(1000));
SELECT * FROM score_matrix_cells(NULL);
SELECT * FROM score_matrix_cells('abc');
SELECT * FROM score_matrix_cells();
SELECT * FROM score_matrix_questions;
SELECT * FROM score_matrix_models(x'');
SELECT * FROM score_matrix_questions(1.5);
SELECT score_matrix_merge('abc');
.print -- damage: truncated, extended, a byte changed, another version
CREATE TABLE m AS SELECT score_matrix(column1, column2, column3) AS m FROM (VALUES('a', 1, 1), ('a', 2, 0), ('b', 1, 0));
SELECT score_matrix_info(CAST(substr(m, 1, length(m) - 1) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 50) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(m || x'00' AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 120) || x'7f' || substr(m, 122) AS BLOB)) FROM m;
SELECT score_matrix_info(CAST(substr(m, 1, 8) || x'02' || substr(m, 10) AS BLOB)) FROM m;
.print -- still usable
SELECT json_extract(score_matrix_info(m), '$.cells') FROM m;
