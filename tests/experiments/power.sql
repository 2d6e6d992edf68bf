-- power.sql: whether coreset_power() tells what a budget then buys.
--
--     make accuracy
--
-- The runs of compare.sql, at level 0.95. half width: of coreset_predict() over that of coreset_power(). found: of the pairs of targets whose
-- true difference is within a tenth of `detectable`, how many were told apart, and rightly, which should be as many as `power` says, 0.8 and
-- 0.5; for 'random' by the paired test on as many random questions. Means over cells with at least 20 such pairs, and the lowest.
CREATE TEMP TABLE bought AS
  SELECT name, seed, sources, k.column1 AS share, w.column1 AS power, p.design, p.half_width, p.detectable
    FROM runs, (VALUES('3%'), ('10%')) AS k, (VALUES(0.8), (0.5)) AS w, coreset_power(m, k.column1) AS p WHERE p.level = 0.95 AND p.power = w.column1;
CREATE TEMP TABLE told AS
  SELECT b.name, b.sources, b.share, b.power, b.design, count(*) AS pairs, avg(iif(j.lower > 0, a.truth > c.truth, j.upper < 0 AND a.truth < c.truth)) AS found
    FROM bought AS b JOIN judged AS j ON j.name = b.name AND j.seed = b.seed AND j.sources = b.sources AND j.share = b.share AND j.method = iif(b.design = 'coreset', 'coreset_compare', 'paired, random')
         JOIN complete AS a ON a.name = j.name AND a.model = j.model_a JOIN complete AS c ON c.name = j.name AND c.model = j.model_b
   WHERE abs(a.truth - c.truth) BETWEEN 0.9 * detectable AND 1.1 * detectable GROUP BY 1, 2, 3, 4, 5 HAVING count(*) >= 20;
CREATE TEMP TABLE as_wide AS
  SELECT b.name, b.sources, b.share, avg((p.upper - p.lower) / 2) / avg(half_width) AS ratio
    FROM bought AS b JOIN predicted AS p USING (name, seed, sources, share) WHERE design = 'coreset' AND b.power = 0.8 GROUP BY 1, 2, 3;
.print
.print 'What coreset_power() promises, and what there then is.'
.print
SELECT iif(name IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval'), 'tuned', 'unseen') AS sets, share AS questions, design, power, count(*) AS cells, sum(pairs) AS pairs,
       printf('%.2f', sum(pairs * found) / sum(pairs)) AS found, printf('%.2f', min(found)) AS lowest, printf('%.2f', max(found)) AS highest
  FROM told GROUP BY 1, 2, 3, 4 ORDER BY 1, CAST(share AS INTEGER), 3, 4;
SELECT iif(name IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval'), 'tuned', 'unseen') AS sets, share AS questions, count(*) AS cells, printf('%.2f', avg(ratio)) AS 'half width / promised',
       printf('%.2f', min(ratio)) AS lowest, printf('%.2f', max(ratio)) AS highest FROM as_wide GROUP BY 1, 2 ORDER BY 1, CAST(share AS INTEGER);
