-- Methods by name and their options; what there is, and what made a value.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 600)
  SELECT i / 30 AS model, i % 30 AS question, ((i * 7919 + i / 30 * 104729) % 1009) < 150 + 35 * (i / 30) AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE TABLE t AS SELECT score_matrix(model + 100, question, score) AS t FROM r WHERE question % 3 = 0 AND model < 4;
CREATE TABLE f AS SELECT coreset_fit(m, '[0,3,6,9]') AS f, coreset_fit(m, '[0,3,6,9]', 'krr', '{"degree":3}', 'none') AS g FROM m;
.print -- coreset_methods: every method, the default of each kind first, a row for each option
SELECT kind, name, option, type, choices, default_value FROM coreset_methods;
SELECT count(*), count(DISTINCT summary), min(length(summary)) > 10 FROM (SELECT DISTINCT name, summary FROM coreset_methods);
SELECT kind, json_group_array(name) = json_extract(coreset_info(), '$.' || kind || 's') FROM (SELECT DISTINCT kind, name FROM coreset_methods) GROUP BY kind;
SELECT value FROM coreset_methods, json_each(choices) WHERE name = 'mrmr' AND option = 'scheme';
.print -- each of them has a table-valued function
SELECT kind, count(*), sum(EXISTS (SELECT 1 FROM pragma_module_list AS p WHERE p.name = methods.name || CASE kind WHEN 'selector' THEN '_select' ELSE '_predict' END))
  FROM (SELECT DISTINCT kind, name FROM coreset_methods) AS methods GROUP BY kind;
.print -- aggregates and fits of their own: the front doors, the published methods, the defaults; the others by name
SELECT group_concat(name, ' ') FROM (SELECT DISTINCT name FROM pragma_function_list WHERE name LIKE '%\_select' ESCAPE '\' OR name LIKE '%\_fit' ESCAPE '\' OR name LIKE '%\_predict' ESCAPE '\' ORDER BY 1);
SELECT length(coreset_fit(m, '[1,2,3]', 'aipw')) > 0, json_array_length(coreset_select(model, question, score, 4, 'kriging')) FROM m, r;
.print -- names in any case
SELECT DISTINCT selector FROM coreset_select((SELECT m FROM m), 2, 'MRMR');
SELECT DISTINCT predictor, selector FROM coreset_predict((SELECT m FROM m), (SELECT t FROM t), 'Krr', NULL, 'Random');
SELECT count(*) FROM coreset_predict((SELECT m FROM m), (SELECT t FROM t), '{"predictor":"RIDGE","ALPHA":2}', NULL, 'FIXED');
SELECT count(lower) FROM coreset_predict((SELECT m FROM m), (SELECT t FROM t)) WHERE selector = 'None';
SELECT DISTINCT selector, predictor, split FROM coreset_evaluate((SELECT m FROM m), 4, 'Random', 'MEAN', 10, 'Strong', 1);
.print -- options shows those in force
SELECT DISTINCT selector, options FROM coreset_select((SELECT m FROM m), 2, '{"selector":"mrmr","neighbors":4}', '{"scheme":"mid"}');
SELECT DISTINCT options FROM coreset_select((SELECT m FROM m), 2, 'random');
SELECT DISTINCT json_extract(options, '$.degree', '$.gamma'), json_type(options, '$.alpha') FROM coreset_predict((SELECT m FROM m), (SELECT t FROM t), 'krr');
SELECT DISTINCT options FROM coreset_predict((SELECT m FROM m), (SELECT t FROM t), 'ridge', '{"alpha":0.5}');
SELECT DISTINCT predictor, json_extract(options, '$.degree') FROM coreset_predict((SELECT g FROM f), (SELECT t FROM t));
.print -- an option in two places, or twice in one
SELECT * FROM coreset_select((SELECT m FROM m), 2, '{"selector":"mrmr","scheme":"MIQ"}', '{"scheme":"MIQ"}');
SELECT * FROM coreset_select((SELECT m FROM m), 2, '{"selector":"mrmr","scheme":"MIQ","SCHEME":"MID"}');
SELECT * FROM coreset_predict((SELECT m FROM m), (SELECT t FROM t), '{"predictor":"krr","degree":2}', '{"degree":null}');
SELECT coreset_fit(m, '[1]', '{"predictor":"ridge","alpha":1}', '{"alpha":1}') FROM m;
SELECT coreset_select(model, question, score, 3, '{"selector":"random","seed":1}', '{"seed":1}') FROM r;
.print -- k may be left out of aggregates: every question, in order
SELECT mrmr_select(model, question, score) = mrmr_select(model, question, score, NULL), json_array_length(coreset_select(model, question, score)),
       coreset_select(model, question, score) = kriging_irt_select(model, question, score, '100%') FROM r;
.print -- mrmr chooses by the quotient where nothing is said
SELECT DISTINCT scheme FROM mrmr_select((SELECT m FROM m), 1);
SELECT mrmr_select(model, question, score, 9) = mrmr_select(model, question, score, 9, 'MIQ'),
       mrmr_select(model, question, score, 9) = coreset_select(model, question, score, 9, 'mrmr') FROM r;
.print -- what made a matrix: the hash is of the questions alone, and of their type
SELECT coreset_info(m) FROM m;
SELECT count(DISTINCT json_extract(coreset_info(column1), '$.hash')) FROM (VALUES((SELECT m FROM m)), ((SELECT score_matrix(model + 7, question, 1 - score, 2) FROM r WHERE model > 5)));
SELECT json_extract(coreset_info(score_matrix(1, column1, 1)), '$.hash') FROM (VALUES(5));
SELECT json_extract(coreset_info(score_matrix(1, column1, 1)), '$.hash') FROM (VALUES('5'));
SELECT json_type(json_object('info', coreset_info(m)), '$.info') FROM m;
.print -- what made a fit: its hash is of the questions that it needs
SELECT json_remove(coreset_info(g), '$.options.alpha') FROM f;
SELECT json_extract(coreset_info(f), '$.method', '$.intervals'), json_extract(coreset_info(f), '$.hash') = json_extract(coreset_info(g), '$.hash'),
       json_extract(coreset_info(f), '$.hash') = (SELECT json_extract(coreset_info(score_matrix('x', question, 1)), '$.hash') FROM r WHERE question IN (0, 3, 6, 9)) FROM f;
SELECT coreset_info(NULL) IS NULL;
SELECT coreset_info(5);
SELECT coreset_info(x'00');
SELECT coreset_info(CAST(substr(g, 1, 100) AS BLOB)) FROM f;
.print -- a method given twice, in any case; booleans are no numbers; long names are cut between letters
SELECT count(*) FROM coreset_select((SELECT m FROM m), 3, '{"selector":"mrmr","selector":"random"}');
SELECT DISTINCT options FROM coreset_select((SELECT m FROM m), 3, '{"Selector":"mrmr","SCHEME":"mid"}');
SELECT count(*) FROM coreset_select((SELECT m FROM m), 3, 'mrmr', '{"neighbors":true}');
SELECT count(*) FROM coreset_select((SELECT m FROM m), 3, 'x' || replace(hex(zeroblob(40)), '00', 'é'));
SELECT coreset_info(x'00');
