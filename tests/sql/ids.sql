-- Ids of models and questions: INTEGER or TEXT, they come back as they went in.
CREATE TABLE ids(id);
INSERT INTO ids VALUES(5), ('5'), (-1), (9223372036854775807), (-9223372036854775807 - 1), (9007199254740993),
  ('05'), ('5.0'), (''), (' '), ('a'), ('A'), ('é'), ('日本'), ('😀'), ('say "hi"'), ('it''s'), ('back\slash'),
  ('tab' || char(9)), (char(0)), ('a' || char(0) || 'b'), ('a' || char(0)), ('null'), ('[1]');
CREATE TABLE r AS SELECT m.column1 AS model, id AS question, (m.column1 * 7 + row_number() OVER ()) % 3 = 0 AS score
  FROM ids, (VALUES(1), (2), (3), (4)) AS m;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
.print -- none lost, none made one with another
SELECT json_extract(score_matrix_info(m), '$.questions'), (SELECT count(*) FROM ids) FROM m;
SELECT typeof(question), hex(question) FROM score_matrix_questions((SELECT m FROM m)) EXCEPT SELECT typeof(id), hex(id) FROM ids;
.print -- they join back, type and all
SELECT count(*), max(c.score <> r.score) FROM score_matrix_cells((SELECT m FROM m)) AS c JOIN r USING (model, question);
.print -- ordered as SQLite orders them: integers by value, then texts by bytes
SELECT group_concat(hex(question)) = (SELECT group_concat(hex(id)) FROM (SELECT id FROM ids ORDER BY id))
  FROM score_matrix_questions((SELECT m FROM m));
.print -- the same on the side of the models
SELECT group_concat(typeof(model) || hex(model)) = (SELECT group_concat(typeof(id) || hex(id)) FROM (SELECT id FROM ids ORDER BY id))
  FROM score_matrix_models((SELECT score_matrix(id, 'q', 1) FROM ids));
.print -- through a selection, and through JSON and back
SELECT count(*) FROM (SELECT typeof(question), hex(question) FROM random_select((SELECT m FROM m)) INTERSECT SELECT typeof(id), hex(id) FROM ids);
SELECT count(*) FROM (SELECT typeof(value), hex(value) FROM json_each((SELECT coreset_select(model, question, score, '100%', 'random') FROM r
  WHERE instr(question, char(0)) = 0)) INTERSECT SELECT typeof(id), hex(id) FROM ids);
SELECT json_valid(coreset_select(model, question, score, '100%', 'random')) FROM r;
.print -- as include and exclude: 5 is not '5'
SELECT typeof(question), question FROM random_select((SELECT m FROM m), 2) WHERE include = '["5", 5]';
SELECT typeof(question), question FROM random_select((SELECT m FROM m)) WHERE exclude = '[5]' AND question IN (5, '5');
SELECT question FROM random_select((SELECT m FROM m), 3) WHERE include = '["say \"hi\"", "\u00e9", "\ud83d\ude00"]';
SELECT question FROM random_select((SELECT m FROM m), 1) WHERE include = json_array(9223372036854775807);
.print -- through a prediction: types of models, and their order
SELECT typeof(model), model FROM ridge_predict((SELECT m FROM m), (SELECT score_matrix(column1, 5, 1)
  FROM (VALUES('b'), (9), (10), ('10'), (-3), ('é'), (''))));
.print -- integral REALs are INTEGERs: one id, and found in tables of either
SELECT typeof(question), question, repeats FROM score_matrix_cells((SELECT score_matrix('m', column1, 1) FROM
  (VALUES(5), (5.0), (-0.0), (1e15), (-9223372036854775808.0))));
SELECT typeof(question), question FROM random_select((SELECT m FROM m), 1) WHERE include = '[5.0]';
.print -- neighbours beyond the precision of doubles are different
SELECT question FROM score_matrix_questions((SELECT score_matrix('m', column1, 1) FROM (VALUES(9007199254740992), (9007199254740993))));
.print -- one model, one question, a long id
SELECT length(model), answered FROM score_matrix_models((SELECT score_matrix(printf('%.100000c', 'x'), 1, 1)));
.print -- numbers that are no integers, and the largest that is not
SELECT score_matrix(9223372036854775808.0, 1, 1);
SELECT score_matrix(1, 0.5, 1);
SELECT score_matrix(1, 9e999, 1);
.print -- an id in a message is quoted, and cut if it is long
SELECT score_matrix('it''s', 'tab' || char(9), 'x');
SELECT score_matrix(printf('%.300c', 'y'), 1, 'x');
.print -- still usable
SELECT count(*) FROM score_matrix_models((SELECT m FROM m));
