-- The order of random_select against SplitMix64 in plain SQL, on words of 32 bits.
-- Question number i draws number i + 1 of the generator started at the seed; the smallest draw comes first.
CREATE TABLE r AS WITH RECURSIVE n(i) AS (VALUES(0) UNION ALL SELECT i + 1 FROM n LIMIT 120)
  SELECT i / 40 AS model, 'q' || (100 + i % 40) AS question, i * 7 % 5 < 2 AS score FROM n;
CREATE TABLE m AS SELECT score_matrix(model, question, score) AS m FROM r;
CREATE TABLE seeds AS SELECT column1 AS seed FROM (VALUES(0), (1), (42), (-1), (123456789012345678), (-9223372036854775807 - 1));
-- A number is hi * 2^32 + lo. x ^ y is (x | y) - (x & y); x >> s for s < 32 is hi >> s and (lo >> s) | (hi << (32 - s)), cut.
-- The low 64 bits of a product, from halves of 16 bits of the constant's words, so that nothing exceeds 63 bits.
CREATE TABLE draws AS WITH RECURSIVE
  start(seed, i, hi, lo) AS (
    SELECT seed, -1, (seed >> 32) & 4294967295, seed & 4294967295 FROM seeds
    UNION ALL  -- plus 0x9E3779B97F4A7C15
    SELECT seed, i + 1, (hi + 2654435769 + ((lo + 2135587861) >> 32)) & 4294967295, (lo + 2135587861) & 4294967295
      FROM start WHERE i < 39),
  x1(seed, i, hi, lo) AS (  -- z ^ z >> 30
    SELECT seed, i, (hi | (hi >> 30)) - (hi & (hi >> 30)),
           (lo | (((lo >> 30) | (hi << 2)) & 4294967295)) - (lo & (((lo >> 30) | (hi << 2)) & 4294967295)) FROM start),
  p1(seed, i, hi, lo, p0, p1) AS (  -- times 0xBF58476D1CE4E5B9: words 0xBF58476D and 0x1CE4E5B9
    SELECT seed, i, (hi * 58809 & 4294967295) + ((hi * 7396 & 65535) << 16) + (lo * 18285 & 4294967295) + ((lo * 48984 & 65535) << 16),
           lo, lo * 58809, lo * 7396 FROM x1),
  m1(seed, i, hi, lo) AS (
    SELECT seed, i, (hi + ((p0 + ((p1 & 65535) << 16)) >> 32) + (p1 >> 16)) & 4294967295, (p0 + ((p1 & 65535) << 16)) & 4294967295 FROM p1),
  x2(seed, i, hi, lo) AS (  -- z ^ z >> 27
    SELECT seed, i, (hi | (hi >> 27)) - (hi & (hi >> 27)),
           (lo | (((lo >> 27) | (hi << 5)) & 4294967295)) - (lo & (((lo >> 27) | (hi << 5)) & 4294967295)) FROM m1),
  p2(seed, i, hi, lo, p0, p1) AS (  -- times 0x94D049BB133111EB: words 0x94D049BB and 0x133111EB
    SELECT seed, i, (hi * 4587 & 4294967295) + ((hi * 4913 & 65535) << 16) + (lo * 18875 & 4294967295) + ((lo * 38096 & 65535) << 16),
           lo, lo * 4587, lo * 4913 FROM x2),
  m2(seed, i, hi, lo) AS (
    SELECT seed, i, (hi + ((p0 + ((p1 & 65535) << 16)) >> 32) + (p1 >> 16)) & 4294967295, (p0 + ((p1 & 65535) << 16)) & 4294967295 FROM p2),
  x3(seed, i, hi, lo) AS (  -- z ^ z >> 31
    SELECT seed, i, (hi | (hi >> 31)) - (hi & (hi >> 31)),
           (lo | (((lo >> 31) | (hi << 1)) & 4294967295)) - (lo & (((lo >> 31) | (hi << 1)) & 4294967295)) FROM m2)
  SELECT seed, 'q' || (100 + i) AS question, hi, lo FROM x3 WHERE i >= 0;
.print -- the generator itself: the published first draws of seed 0
SELECT printf('%08X%08X', hi, lo) FROM draws WHERE seed = 0 LIMIT 3;
.print -- rank by rank, for every seed: rows, and rows that differ
SELECT seed, count(*), sum(r.question <> d.question) FROM
  (SELECT seeds.seed AS seed, s.rank AS rank, s.question AS question FROM seeds, random_select((SELECT m FROM m), NULL, seeds.seed) AS s) AS r JOIN
  (SELECT seed, question, row_number() OVER (PARTITION BY seed ORDER BY hi, lo) AS rank FROM draws) AS d USING (seed, rank)
 GROUP BY seed;
.print -- the default seed is 0, an integral REAL is as good
SELECT rank, question FROM random_select((SELECT m FROM m)) EXCEPT SELECT rank, question FROM random_select((SELECT m FROM m), 40, 0);
SELECT rank, question FROM random_select((SELECT m FROM m), 40, 42.0) EXCEPT SELECT rank, question FROM random_select((SELECT m FROM m), 40, 42);
.print -- what is excluded or included leaves the order of the others as it was
SELECT count(*), sum(a.question = b.question) FROM
  (SELECT row_number() OVER () AS n, question FROM random_select((SELECT m FROM m), NULL, 42) WHERE question NOT IN ('q105', 'q120', 'q130')) AS a JOIN
  (SELECT row_number() OVER () AS n, question FROM random_select((SELECT m FROM m), NULL, 42)
    WHERE include = '["q120"]' AND exclude = '["q105","q130"]' AND rank > 1) AS b USING (n);
.print -- the scores do not matter, nor does it have a notion of the other columns
SELECT rank, question FROM random_select((SELECT score_matrix(model, question, 1 - score) FROM r)) EXCEPT
  SELECT rank, question FROM random_select((SELECT m FROM m));
SELECT count(relevance), count(redundancy), count(objective), count(remaining_sd) FROM random_select((SELECT m FROM m));
