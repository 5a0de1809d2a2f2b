-- Title: 各项要求的分布 | How attainments of requirements are distributed
-- Answers: 选中项目在一项要求上达成度的中位与平均；不适用的不计 | Median and mean attainment in a requirement; what is inapplicable is left out
-- Parameter $elements (text, required): 要求 | The requirements
-- Column element (element): 要求 | requirement
-- Column projects (integer): 项目数 | projects
-- Column weight (decimal): 权重 | weight
-- Column least (decimal): 最低 | lowest
-- Column quarter (decimal): 下四分位 | lower quartile
-- Column median (decimal): 中位 | median
-- Column three_quarters (decimal): 上四分位 | upper quartile
-- Column most (decimal): 最高 | highest
-- Column mean (decimal): 平均 | mean
-- Column median_attainment (decimal): 达成度中位 | median attainment
-- Column mean_attainment (decimal): 达成度平均 | mean attainment

WITH found AS (
  SELECT
    requirement AS element, count(attainment) AS projects,
    quantile_disc(attainment, 0.5) AS median_attainment, share_mean(attainment) AS mean_attainment
  FROM outcomes
  WHERE requirement IN (SELECT unnest(CAST($elements AS VARCHAR[])))
  GROUP BY requirement
)
SELECT
  element, coalesce(projects, 0) AS projects, weight, NULL AS least, NULL AS quarter, NULL AS median,
  NULL AS three_quarters, NULL AS most, NULL AS mean, median_attainment, mean_attainment
FROM (SELECT element, weight, position FROM elements WHERE element IN (SELECT unnest(CAST($elements AS VARCHAR[])))) AS wanted
LEFT JOIN found USING (element)
ORDER BY position, element
