-- What a number of questions buys.
CREATE TABLE r AS WITH RECURSIVE n(i, draw) AS (VALUES(0, 20261126) UNION ALL SELECT i + 1, (draw * 1103515245 + 12345) % 2147483648 FROM n LIMIT 3600)
  SELECT i / 60 AS model, 'q' || (i % 60) AS question, (draw >> 8) % 1000 < 1000 / (1 + exp(-2.0 * ((i / 60 * 23 % 60) / 15.0 - (i % 60 * 7 % 60) / 20.0 - 0.5))) AS score FROM n;
CREATE TABLE s AS SELECT score_matrix(model, question, score) AS m FROM r WHERE model % 2 = 0;
CREATE TABLE p AS SELECT * FROM coreset_power((SELECT m FROM s), '[3, "10%", 30, "100%"]');
SELECT design, k, round(share, 4), round(half_width, 4), round(difference_half_width, 4), round(detectable, 4) FROM p;
.print -- what is detected grows with the half width, and falls with k
SELECT count(*), sum(detectable > difference_half_width), sum(difference_half_width > half_width) FROM p WHERE k < 60;
SELECT count(*) FROM p AS a JOIN p AS b USING (design) WHERE a.k < b.k AND NOT (a.detectable > b.detectable AND a.half_width > b.half_width);
.print -- random questions: Cochran's formula
SELECT round(max(abs(half_width - by_hand)), 6) FROM p JOIN
  (SELECT k, avg(t * sqrt((1 - k / 60.0) * y * (1 - y) * 60 / 59.0 / k)) AS by_hand FROM (SELECT avg(score) AS y FROM r WHERE model % 2 = 0 GROUP BY model),
     (SELECT column1 AS k, column2 AS t FROM (VALUES(3, 2.9199856), (6, 2.0150484), (30, 1.6991270))) GROUP BY k) USING (k) WHERE design = 'random';
.print -- a count, a percentage, an array; power, level, selector, and what they echo
SELECT count(*), min(k), max(k) FROM coreset_power((SELECT m FROM s), 6);
SELECT count(*) FROM (SELECT * FROM coreset_power((SELECT m FROM s), '10%') INTERSECT SELECT * FROM p);
SELECT DISTINCT power, selector, level FROM coreset_power((SELECT m FROM s), 6);
SELECT DISTINCT power, selector, level FROM coreset_power((SELECT m FROM s), 6, 0.5, '{"selector":"random","seed":3}', 0.95);
SELECT design, round(detectable / difference_half_width, 9) FROM coreset_power((SELECT m FROM s), 6, 0.5);
SELECT sum(w.half_width > p.half_width), sum(w.detectable > p.detectable), sum(w.design = 'random' OR w.half_width / p.half_width BETWEEN 1.15 AND 1.3)
  FROM coreset_power((SELECT m FROM s), '[3, 6, 30]') AS w JOIN p USING (design, k) WHERE w.level = 0.95;
SELECT c.detectable < r.detectable FROM coreset_power((SELECT m FROM s), 6) AS c JOIN coreset_power((SELECT m FROM s), 6, NULL, 'random') AS r USING (design) WHERE design = 'coreset';
SELECT k, count(*) FROM coreset_power((SELECT m FROM s)) WHERE k IN (6, 30) GROUP BY k;
SELECT group_concat(k), sum(share * 60 = k), sum(k IN (SELECT k FROM p)) FROM coreset_power((SELECT m FROM s)) WHERE design = 'random';
SELECT group_concat(k) FROM coreset_power((SELECT score_matrix(model, question, score) FROM r WHERE question IN ('q1', 'q2', 'q3')), NULL) WHERE design = 'coreset';
SELECT * FROM coreset_power((SELECT m FROM s)) WHERE k IN (6, 30) EXCEPT SELECT * FROM p;
.print -- none of the order of rows; on another scale
SELECT * FROM p EXCEPT SELECT * FROM coreset_power((SELECT score_matrix(model, question, score) FROM (SELECT * FROM r WHERE model % 2 = 0 ORDER BY score, question DESC)), '[3, 6, 30, 60]');
SELECT max(abs(h.half_width - 100 * p.half_width) + abs(h.detectable - 100 * p.detectable)) < 1e-9 FROM coreset_power((SELECT score_matrix(model, question, 100 * score) FROM r WHERE model % 2 = 0), '[3, 6, 30]') AS h JOIN p USING (design, k);
.print -- what coreset_predict() then gives is about as wide
SELECT round(avg(upper - lower) / 2 / (SELECT half_width FROM p WHERE design = 'coreset' AND k = 6), 1) FROM coreset_predict((SELECT m FROM s),
  (SELECT score_matrix(model, question, score) FROM r JOIN coreset_select((SELECT m FROM s), 6) USING (question) WHERE model % 2 = 1)) WHERE selector = 'kriging_irt';
.print -- two sources are too few to tell; one random answer tells nothing about itself
SELECT design, half_width IS NULL, difference_half_width IS NULL, detectable IS NULL FROM coreset_power((SELECT score_matrix(model, question, score) FROM r WHERE model < 2), '[1, 5]');
.print -- errors
SELECT * FROM coreset_power();
SELECT * FROM coreset_power((SELECT m FROM s), 0);
SELECT * FROM coreset_power((SELECT m FROM s), 61);
SELECT * FROM coreset_power((SELECT m FROM s), 'five');
SELECT * FROM coreset_power((SELECT m FROM s), '[]');
SELECT * FROM coreset_power((SELECT m FROM s), '[5, null]');
SELECT * FROM coreset_power((SELECT m FROM s), '[6, "10%"]');
SELECT * FROM coreset_power((SELECT m FROM s), '[6');
SELECT * FROM coreset_power((SELECT m FROM s), 6, 1);
SELECT * FROM coreset_power((SELECT m FROM s), 6, 0);
SELECT * FROM coreset_power((SELECT m FROM s), 6, 'strong');
SELECT * FROM coreset_power((SELECT m FROM s), 6, 0.8, 'no selector');
SELECT * FROM coreset_power((SELECT m FROM s), 6, 0.8, 'fixed');
SELECT * FROM coreset_power((SELECT m FROM s), 6, 0.8, NULL, 0);
SELECT * FROM coreset_power((SELECT m FROM s), 6, 0.8, NULL, 1);
SELECT * FROM coreset_power((SELECT coreset_fit(m, '["q1","q2"]') FROM s), 6);
SELECT * FROM coreset_power('no matrix', 6);
