-- Projects with a maturity: few lead, many are in the middle; one in thirty is refused, four in five are reviewed.
CREATE OR REPLACE TABLE people AS
SELECT
  range AS seq,
  CAST((hash(range, 1) % 1000 + hash(range, 2) % 1000 + hash(range, 3) % 1000) // 3 AS BIGINT) AS maturity,
  hash(range, 4) % 30 <> 0 AS scored,
  hash(range, 5) % 5 <> 0 AS reviewed
FROM range($first, $last)
