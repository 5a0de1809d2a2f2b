-- Title: 总分的直方图 | Histogram of totals
-- Answers: 满分的十分之一为一档：含下限，不含上限，末档含满分 | Each bin is a tenth of the whole: from its lower limit to below its upper one, the last with the whole itself
-- Column bin (integer): 档 | bin
-- Column lower (decimal): 下限 | from
-- Column upper (decimal): 上限 | to
-- Column projects (integer): 项目数 | projects

WITH whole AS (
  SELECT CAST(coalesce(
    (SELECT max(weight) FROM elements WHERE kind = 'system'),
    (SELECT sum(weight) FROM elements WHERE parent = (SELECT min(element) FROM elements WHERE kind = 'system')),
    0
  ) AS DECIMAL(14, 4)) AS whole
),
binned AS (
  SELECT least(CAST(floor(points * 10 / nullif(whole, 0)) AS INTEGER), 9) AS bin, count(*) AS projects
  FROM totals, whole
  WHERE points IS NOT NULL
  GROUP BY ALL
)
SELECT
  range AS bin,
  CAST(whole * CAST(range AS DECIMAL(2, 0)) * CAST(0.1 AS DECIMAL(1, 1)) AS DECIMAL(14, 4)) AS lower,
  CAST(whole * CAST(range + 1 AS DECIMAL(2, 0)) * CAST(0.1 AS DECIMAL(1, 1)) AS DECIMAL(14, 4)) AS upper,
  coalesce(projects, 0) AS projects
FROM range(10) CROSS JOIN whole LEFT JOIN binned ON bin = range
ORDER BY range
