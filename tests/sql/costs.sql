-- Selections with costs and a budget: what is taken for the money.
CREATE TABLE r AS WITH RECURSIVE n(i, draw) AS (VALUES(0, 20261124) UNION ALL
    SELECT i + 1, (draw * 1103515245 + 12345) % 2147483648 FROM n LIMIT 40 * 80)
  SELECT 'm' || (i / 80) AS model, i % 80 AS question,
         (draw >> 8) % 100 < i / 80 * 17 % 40 * 2 + i % 80 * 37 % 80 - 30 AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE TABLE costs AS SELECT question, 1 + question * 31 % 17 AS cost FROM (SELECT DISTINCT question FROM r);
CREATE TABLE j AS SELECT json_group_array(json_array(question, cost)) AS costs FROM costs;
SELECT group_concat(question), sum(cost), round(min(remaining_sd), 6) FROM coreset_select((SELECT m FROM m)) JOIN costs USING (question)
 WHERE budget = 40 AND costs = (SELECT costs FROM j);
.print -- the money is spent: nothing that is left fits; and never worse than the coreset at any price, as far as the money goes
CREATE TABLE wanted AS SELECT s.column1 AS name, b.value AS money FROM (VALUES('kriging'), ('kriging_irt')) AS s, json_each('[5, 20, 60, 200]') AS b;
CREATE TABLE chosen AS SELECT name, money, rank, question, remaining_sd
  FROM wanted CROSS JOIN coreset_select((SELECT m FROM m), NULL, wanted.name) AS c WHERE c.budget = money AND c.costs = (SELECT costs FROM j);
SELECT name, money, count(*), sum(cost) <= money,
       money - sum(cost) < (SELECT min(cost) FROM costs WHERE question NOT IN (SELECT question FROM chosen AS o WHERE o.name = c.name AND o.money = c.money)) AS is_spent,
       min(remaining_sd) <= (SELECT ifnull(min(remaining_sd), 1) FROM (SELECT remaining_sd, sum(cost) OVER (ORDER BY rank) AS spent
         FROM coreset_select((SELECT m FROM m), NULL, c.name) JOIN costs USING (question)) WHERE spent <= money) AS is_better
  FROM chosen AS c JOIN costs USING (question) GROUP BY name, money;
.print -- a dear question that is worth more than all that fits beside it is not missed: the first of the coreset costs all the money
CREATE TABLE dear AS SELECT question FROM coreset_select((SELECT m FROM m), 1);
SELECT count(*), question = (SELECT question FROM dear) FROM coreset_select((SELECT m FROM m))
 WHERE budget = 10 AND costs = (SELECT json_group_array(json_array(question, CASE WHEN question = (SELECT question FROM dear) THEN 10 WHEN question = 7 THEN 0.0001 ELSE 11 END)) FROM costs);
.print -- included questions count in the budget, excluded ones need no cost, free ones come first, k holds
SELECT group_concat(question) FROM coreset_select((SELECT m FROM m)) WHERE include = '[3, 4]' AND budget = 30 AND costs = (SELECT costs FROM j);
SELECT count(*), sum(question > 20) FROM coreset_select((SELECT m FROM m)) WHERE budget = 30
   AND exclude = (SELECT json_group_array(question) FROM costs WHERE question > 20)
   AND costs = (SELECT json_group_array(json_array(question, cost)) FROM costs WHERE question <= 20);
SELECT count(*), max(rank) FROM coreset_select((SELECT m FROM m)) JOIN costs USING (question)
 WHERE budget = 20 AND costs = (SELECT json_group_array(json_array(question, iif(question % 10 = 0, 0, cost))) FROM costs) AND +question % 10 = 0;
SELECT count(*) FROM coreset_select((SELECT m FROM m), 4) WHERE budget = 1000 AND costs = (SELECT costs FROM j);
SELECT count(*) FROM coreset_select((SELECT m FROM m)) WHERE budget = 0 AND costs = (SELECT costs FROM j);
.print -- without a budget, or without costs, or where all cost the same, nothing changes
CREATE TABLE plain AS SELECT rank, question, objective, remaining_sd FROM coreset_select((SELECT m FROM m), 12);
SELECT count(*) FROM (SELECT * FROM plain INTERSECT SELECT rank, question, objective, remaining_sd FROM coreset_select((SELECT m FROM m), 12) WHERE costs = (SELECT costs FROM j));
SELECT count(*) FROM (SELECT * FROM plain INTERSECT SELECT rank, question, objective, remaining_sd FROM coreset_select((SELECT m FROM m)) WHERE budget = 12);
SELECT count(*) FROM (SELECT * FROM plain INTERSECT SELECT rank, question, objective, remaining_sd FROM coreset_select((SELECT m FROM m))
  WHERE budget = 1.2 AND costs = (SELECT json_group_array(json_array(question, 0.1)) FROM costs));
.print -- mrmr and random take the next that fits
SELECT (SELECT question FROM mrmr_select((SELECT m FROM m), 1)) = question FROM mrmr_select((SELECT m FROM m)) WHERE budget = 40 AND costs = (SELECT costs FROM j) LIMIT 1;
SELECT (SELECT question FROM random_select((SELECT m FROM m), 1)) = question FROM random_select((SELECT m FROM m)) WHERE budget = 40 AND costs = (SELECT costs FROM j) LIMIT 1;
.print -- what is refused
SELECT * FROM coreset_select((SELECT m FROM m)) WHERE include = '[3, 4]' AND budget = 10 AND costs = (SELECT costs FROM j);
SELECT * FROM coreset_select((SELECT m FROM m)) WHERE budget = -1 AND costs = (SELECT costs FROM j);
SELECT * FROM coreset_select((SELECT m FROM m)) WHERE budget = 10 AND costs = '[[1, 2]]';
