-- compare.sql: two models on one coreset: how often coreset_compare() is wrong, and how much it finds.
--
--     make accuracy
--
-- Models that answered every question of a set; random splits into 30 or 60% sources and up to 40 targets, four each; 3 and 10% of the
-- questions by the default selector; all pairs of targets, and each target with up to five sources, at level 0.95. Beside it intervals that
-- are taken to be independent, half widths added as squares, and the paired test on as many random questions: of binary scores McNemar's; on the coreset's own it is not valid, and shown at the end.
--
-- size: share of pairs whose interval excludes the true difference, which should be 5%. close: the same of those that differ by less
-- than 0.02 of the range. power: of those that differ by 0.05 to 0.10, how many are judged, and rightly. wrong: share of pairs
-- judged the wrong way round. `unseen`: the 30 of the formula was not chosen on this set.
CREATE TEMP TABLE ranges AS SELECT name, max(score) - min(score) AS range, count(DISTINCT question) AS questions FROM every GROUP BY name;
CREATE TEMP TABLE complete AS
  SELECT name, model, avg(score) AS truth, row_number() OVER (PARTITION BY name ORDER BY model) AS number, count(*) OVER (PARTITION BY name) AS models
    FROM every JOIN ranges USING (name) GROUP BY name, model HAVING count(score) = questions;
CREATE TEMP TABLE placed AS
  SELECT name, model, truth, value AS seed, models,
         row_number() OVER (PARTITION BY name, value ORDER BY (number * 7919 + value * 104729) * (number + 31 * value) % 99991, number) AS place
    FROM complete, generate_series(1, 4) WHERE models >= 20;
CREATE INDEX temp.by_place ON placed(name, seed, place);
CREATE INDEX temp.by_model ON every(name, model, question);
CREATE TEMP TABLE runs AS
  SELECT name, seed, s.column1 AS sources, CAST(models * s.column1 / 100 AS INTEGER) AS last,
         (SELECT score_matrix(e.model, question, score) FROM placed AS p CROSS JOIN every AS e USING (name, model)
           WHERE p.name = own.name AND p.seed = own.seed AND place <= CAST(own.models * s.column1 / 100 AS INTEGER)) AS m
    FROM (SELECT DISTINCT name, seed, models FROM placed) AS own, (VALUES(30), (60)) AS s;
CREATE TEMP TABLE chosen AS -- as many questions by the selector, and at random
  SELECT name, seed, sources, k.column1 AS share, c.question, 'coreset' AS design FROM runs, (VALUES('3%'), ('10%')) AS k, coreset_select(m, k.column1) AS c
  UNION ALL
  SELECT name, seed, sources, k.column1, c.question, 'random' FROM runs, (VALUES('3%'), ('10%')) AS k,
         coreset_select(m, k.column1, json_object('selector', 'random', 'seed', seed)) AS c;
CREATE TEMP TABLE answers AS -- of the targets
  SELECT c.name, c.seed, c.sources, c.share, c.design, e.model, c.question, e.score
    FROM chosen AS c JOIN runs USING (name, seed, sources) CROSS JOIN placed AS p ON p.name = c.name AND p.seed = c.seed AND place > last AND place <= last + 40
         CROSS JOIN every AS e ON e.name = c.name AND e.model = p.model AND e.question = c.question;
CREATE TEMP TABLE targets AS
  SELECT name, seed, sources, share, score_matrix(model, question, score) AS t FROM answers WHERE design = 'coreset' GROUP BY 1, 2, 3, 4;
CREATE TEMP TABLE judged(name, seed, sources, share, method, model_a, model_b, difference, lower, upper);
INSERT INTO judged
  SELECT name, seed, sources, share, 'coreset_compare', c.model_a, c.model_b, c.difference, c.lower, c.upper
    FROM targets JOIN runs USING (name, seed, sources), coreset_compare(m, t) AS c WHERE c.level = 0.95;
CREATE TEMP TABLE predicted AS
  SELECT name, seed, sources, share, p.model, p.predicted, p.lower, p.upper FROM targets JOIN runs USING (name, seed, sources), coreset_predict(m, t) AS p WHERE p.level = 0.95;
INSERT INTO judged
  SELECT name, seed, sources, share, 'independent', a.model, b.model, a.predicted - b.predicted, a.predicted - b.predicted - sqrt(pow(a.predicted - a.lower, 2) + pow(b.upper - b.predicted, 2)),
         a.predicted - b.predicted + sqrt(pow(a.upper - a.predicted, 2) + pow(b.predicted - b.lower, 2))
    FROM predicted AS a JOIN predicted AS b USING (name, seed, sources, share) WHERE a.predicted > b.predicted OR (a.predicted = b.predicted AND a.model < b.model);
INSERT INTO judged
  SELECT name, seed, sources, share, 'paired, ' || design, a, b, mean, mean - half, mean + half
    FROM (SELECT a.name, a.seed, a.sources, a.share, a.design, a.model AS a, b.model AS b, avg(a.score - b.score) AS mean,
                 1.96 * sqrt(max(avg(pow(a.score - b.score, 2)) - pow(avg(a.score - b.score), 2), 0) / max(count(*) - 1, 1) * (1 - count(*) * 1.0 / questions)) AS half
            FROM answers AS a JOIN answers AS b USING (name, seed, sources, share, design, question) JOIN ranges USING (name)
           WHERE a.model < b.model GROUP BY 1, 2, 3, 4, 5, 6, 7);
INSERT INTO judged
  SELECT name, seed, sources, share, 'with a source', c.model_a, c.model_b, c.difference, c.lower, c.upper
    FROM targets JOIN runs USING (name, seed, sources) JOIN placed AS p USING (name, seed), coreset_compare(m, t) AS c
   WHERE p.place <= last AND p.place % 7 = 3 AND p.place <= 35 AND c.baseline = p.model AND c.level = 0.95;
CREATE TEMP TABLE outcomes AS
  SELECT j.name, j.sources, j.share, method, (j.lower > a.truth - b.truth + 1e-9 * range OR j.upper < a.truth - b.truth - 1e-9 * range) AS excluded, abs(a.truth - b.truth) / range AS apart,
         CASE WHEN j.lower > 0 THEN 1 WHEN j.upper < 0 THEN -1 ELSE 0 END * sign(a.truth - b.truth) AS found
    FROM judged AS j JOIN complete AS a ON a.name = j.name AND a.model = j.model_a JOIN complete AS b ON b.name = j.name AND b.model = j.model_b JOIN ranges ON ranges.name = j.name;
CREATE TEMP VIEW cells AS
  SELECT name, sources, share, method, count(*) AS pairs, avg(excluded) AS size, avg(excluded) FILTER (WHERE apart < 0.02) AS close,
         avg(found > 0) FILTER (WHERE apart BETWEEN 0.05 AND 0.1) AS power, avg(found < 0) AS wrong FROM outcomes GROUP BY 1, 2, 3, 4;
.print
.print 'Two models on one coreset, at level 0.95: coreset_compare(), independent intervals, and the paired test on as many random questions.'
.print
SELECT name, iif(name IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval'), '', 'unseen') AS ' ', sources AS 'sources, %', share AS questions, c.pairs,
       printf('%.3f', c.size) AS size, printf('%.3f', c.close) AS close, printf('%.2f', c.power) AS power, printf('%.4f', c.wrong) AS wrong,
       printf('%.3f', i.size) AS 'independent: size', printf('%.2f', i.power) AS power, printf('%.3f', p.size) AS 'paired, random: size', printf('%.3f', p.close) AS close,
       printf('%.2f', p.power) AS power, printf('%.3f', s.size) AS 'with a source: size', printf('%.2f', s.power) AS power
  FROM cells AS c JOIN cells AS i USING (name, sources, share) JOIN cells AS p USING (name, sources, share) JOIN cells AS s USING (name, sources, share)
 WHERE c.method = 'coreset_compare' AND i.method = 'independent' AND p.method = 'paired, random' AND s.method = 'with a source' ORDER BY 2, 1, 3, CAST(share AS INTEGER);
.print
.print 'The same over all cells: means, and the largest size.'
.print
SELECT method, iif(name IN ('commonsense', 'gsm', 'mmlu', 'arc_challenge', 'ifeval'), 'tuned', 'unseen') AS sets, count(*) AS cells, printf('%.3f', avg(size)) AS size, printf('%.3f', max(size)) AS largest,
       printf('%.3f', avg(close)) AS close, printf('%.3f', max(close)) AS largest, printf('%.2f', avg(power)) AS power, printf('%.4f', avg(wrong)) AS wrong FROM cells GROUP BY 1, 2 ORDER BY 2, 1;
