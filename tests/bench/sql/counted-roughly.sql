-- As counted.sql, without a row for each requirement behind it: for very many projects.
CREATE OR REPLACE TABLE counted AS
WITH sizes AS (
  SELECT below.element, count(*) AS size, min(elements.position) AS position
  FROM below JOIN elements AS parts ON parts.element = part JOIN elements ON elements.element = below.element
  WHERE parts.kind = 'requirement' AND elements.kind <> 'requirement'
  GROUP BY below.element
),
leaves AS (
  SELECT element, size, position FROM sizes
),
drawn AS (
  SELECT
    seq, element, size, reviewed,
    CAST(round(size * least(1000, greatest(0, CAST(maturity AS INTEGER) + CAST(hash(seq, position) % 400 AS INTEGER) - 200)) / 1000) AS INTEGER) AS sp
  FROM people CROSS JOIN leaves
  WHERE scored
)
SELECT
  seq, element, sp, (size - sp) // 3 AS sc, size - sp - (size - sp) // 3 AS sf, 0 AS si,
  CASE WHEN reviewed THEN sp * 4 // 5 ELSE 0 END AS vp,
  (size - sp) // 3 + sp - CASE WHEN reviewed THEN sp * 4 // 5 ELSE 0 END AS vc,
  size - sp - (size - sp) // 3 AS vf, 0 AS vi
FROM drawn
