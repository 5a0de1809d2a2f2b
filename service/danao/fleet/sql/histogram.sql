-- Title: 总分的直方图 | Histogram of totals
-- Answers: 满分的十分之一为一档：含下限，不含上限，末档含满分 | Each bin is a tenth of the whole: from its lower limit to below its upper one, the last with the whole itself
-- Column lower (decimal): 下限 | from
-- Column upper (decimal): 上限 | to
-- Column projects (integer): 项目数 | projects

WITH limits AS (
  SELECT
    range AS bin, CAST(whole * CAST(range AS DECIMAL(2, 0)) AS DECIMAL(18, 4)) AS ten_lower,
    CAST(whole * CAST(range + 1 AS DECIMAL(2, 0)) AS DECIMAL(18, 4)) AS ten_upper
  FROM range(10) CROSS JOIN (
    SELECT CAST(coalesce(
      (SELECT max(weight) FROM elements WHERE kind = 'system'),
      (SELECT sum(weight) FROM elements WHERE parent = (SELECT min(element) FROM elements WHERE kind = 'system')),
      0
    ) AS DECIMAL(14, 4)) AS whole
  )
),
counted AS (
  SELECT CAST(points * CAST(10 AS DECIMAL(2, 0)) AS DECIMAL(18, 4)) AS ten_points, count(*) AS projects
  FROM chosen
  WHERE points IS NOT NULL
  GROUP BY ten_points
)
SELECT
  CAST(ten_lower * CAST(0.1 AS DECIMAL(1, 1)) AS DECIMAL(14, 4)) AS lower,
  CAST(ten_upper * CAST(0.1 AS DECIMAL(1, 1)) AS DECIMAL(14, 4)) AS upper,
  CAST(coalesce(sum(projects), 0) AS BIGINT) AS projects
FROM limits
LEFT JOIN counted ON (ten_points >= ten_lower OR bin = 0) AND (ten_points < ten_upper OR bin = 9)
GROUP BY ten_lower, ten_upper
ORDER BY ten_lower
