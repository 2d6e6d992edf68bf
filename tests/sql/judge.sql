-- Statistics of pairs, against plain SQL and values worked out by hand.
CREATE TABLE p AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 200)
  SELECT (i * 7919 % 1009) / 1009.0 AS x, ((i * 7919 % 1009) + (i * 104729 % 499)) / 1508.0 AS y, i % 3 AS g FROM n;
SELECT abs(mae(x, y) - avg(abs(x - y))) < 1e-15, abs(rmse(x, y) - sqrt(avg((x - y) * (x - y)))) < 1e-15 FROM p;
SELECT abs(pearson_r(x, y) - (avg(x * y) - avg(x) * avg(y)) / sqrt((avg(x * x) - avg(x) * avg(x)) * (avg(y * y) - avg(y) * avg(y)))) < 1e-12 FROM p;
.print -- ranks: rho is the correlation of mean ranks; tau counts pairs
SELECT abs(spearman_rho(x, g) - (SELECT pearson_r(a, b) FROM (
  SELECT (SELECT count(*) FROM p AS q WHERE q.x < p.x) + 0.5 * (SELECT count(*) FROM p AS q WHERE q.x = p.x) AS a,
         (SELECT count(*) FROM p AS q WHERE q.g < p.g) + 0.5 * (SELECT count(*) FROM p AS q WHERE q.g = p.g) AS b FROM p))) < 1e-14 FROM p;
SELECT abs(kendall_tau(x, g) - (SELECT sum(sign(a.x - b.x) * sign(a.g - b.g)) / sqrt(1.0 * sum(a.x <> b.x) * sum(a.g <> b.g))
  FROM p AS a JOIN p AS b ON a.rowid < b.rowid)) < 1e-14 FROM p;
SELECT kendall_tau(column1, column2), spearman_rho(column1, column2), kendall_tau(column1, -column2), spearman_rho(column1, -column2)
  FROM (VALUES(1, 10), (2, 20), (3, 25));
.print -- pairs with a NULL are skipped; no pairs, one pair, a constant column
SELECT mae(column1, column2), rmse(column1, column2) FROM (VALUES(1, 3), (NULL, 5), (7, NULL));
SELECT mae(1, 2), rmse(1, 2), pearson_r(1, 2), spearman_rho(1, 2), kendall_tau(1, 2), mutual_info(1, 2, 3, 'auto') FROM p WHERE 0;
SELECT mae(1, 2), pearson_r(1, 2), spearman_rho(1, 2), kendall_tau(1, 2);
SELECT pearson_r(5, y), spearman_rho(5, y), kendall_tau(5, y) FROM p;
.print -- the order of the rows makes no difference, to the last bit
SELECT count(DISTINCT a), count(DISTINCT b), count(DISTINCT c), count(DISTINCT d), count(DISTINCT e), count(DISTINCT f) FROM (
  SELECT mae(x, y) AS a, rmse(x, y) AS b, pearson_r(x, y) AS c, spearman_rho(x, y) AS d, kendall_tau(x, y) AS e, mutual_info(x, y, 3, 'lnc') AS f FROM (SELECT * FROM p ORDER BY x)
  UNION ALL SELECT mae(x, y), rmse(x, y), pearson_r(x, y), spearman_rho(x, y), kendall_tau(x, y), mutual_info(x, y, 3, 'lnc') FROM (SELECT * FROM p ORDER BY y DESC)
  UNION ALL SELECT mae(x, y), rmse(x, y), pearson_r(x, y), spearman_rho(x, y), kendall_tau(x, y), mutual_info(x, y, 3, 'lnc') FROM (SELECT * FROM p ORDER BY g, rowid % 7));
.print -- mutual information: two binary columns by the table, one by Ross, none by KSG
SELECT round(mutual_info(x, y), 12) = round(ln(2), 12) FROM (SELECT column1 AS x, column1 AS y FROM (VALUES(0), (1), (0), (1)));
SELECT round(mutual_info(column1, column2), 12) FROM (VALUES(0, 0), (0, 1), (1, 0), (1, 1));
SELECT mutual_info(g = 1, x) = mutual_info(g = 1, x, 3, 'ross'), mutual_info(g = 1, x) = mutual_info(x, g = 1) FROM p;
SELECT mutual_info(x, y) = mutual_info(x, y, NULL, 'ksg'), round(mutual_info(x, y, 5), 9), mutual_info(x, y, 3, 'lnc') >= 0 FROM p;
SELECT abs(mutual_info(x, y) - mutual_info(1000 * x, 1000 * y)) < 1e-9 FROM p;
.print -- in groups
SELECT g, round(mae(x, y), 9) FROM p GROUP BY g;
.print -- what is refused
SELECT round(mae('0.5', x), 9) FROM p;
SELECT rmse(x, 'n/a') FROM p;
SELECT pearson_r(x'00', y) FROM p;
SELECT kendall_tau(x, 9e999) FROM p;
SELECT mutual_info(x, y, 0) FROM p;
SELECT mutual_info(x, y, 2.5) FROM p;
SELECT mutual_info(x, y, 3, 'gauss') FROM p;
SELECT mutual_info(x, y, 1 + g) FROM p;
SELECT mutual_info(x, y, 3, 'ross') FROM p;
SELECT mutual_info(g = 1, y, 100) FROM p;
SELECT mutual_info(x, y, 200) FROM p;
SELECT mae(1);
.print -- still usable
SELECT mae(1, 2.5);
.print -- what is running
SELECT coreset_version() = json_extract(coreset_info(), '$.version');
SELECT (SELECT group_concat(key) FROM json_each(coreset_info()));
