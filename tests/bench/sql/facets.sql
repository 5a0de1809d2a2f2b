-- A city each, and one or two industries; some have none.
SELECT seq, facet, value, notation, label_zh, label_en FROM (
  SELECT seq, 'city' AS facet, hash(seq, 11) % 16 AS number FROM people WHERE hash(seq, 12) % 100 > 0
  UNION ALL SELECT seq, 'industry', hash(seq, 13) % 30 FROM people
  UNION SELECT seq, 'industry', hash(seq, 14) % 30 FROM people WHERE hash(seq, 15) % 4 = 0
) CROSS JOIN LATERAL (
  SELECT
    'https://bench.invalid/' || facet || '/' || number AS value, CAST(number AS VARCHAR) AS notation,
    facet || number AS label_zh, facet || ' ' || number AS label_en
)
ORDER BY seq, facet, value
