-- Title: 各要素的分布 | How scores of elements are distributed
-- Answers: 选中项目在一个要素上得分的个数、最低、四分位、最高、平均，以及达成度的中位与平均；不适用的不计 | Number, lowest, quartiles, highest and mean of the points in an element, and median and mean of its attainment; what is inapplicable is left out
-- Parameter $elements (text, required): 要素 | The elements
-- Column element (element): 要素 | element
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
    element, count(attainment) AS projects, min(points) AS least,
    quantile_disc(points, [0.25, 0.5, 0.75]) AS quartiles,
    max(points) AS most, points_mean(points) AS mean,
    quantile_disc(attainment, 0.5) AS median_attainment, share_mean(attainment) AS mean_attainment
  FROM scores
  WHERE element IN (SELECT unnest(CAST($elements AS VARCHAR[])))
  GROUP BY element
)
SELECT
  element, coalesce(projects, 0) AS projects, weight, least,
  quartiles[1] AS quarter, quartiles[2] AS median, quartiles[3] AS three_quarters,
  most, mean, median_attainment, mean_attainment
FROM (SELECT element, weight, position FROM elements WHERE element IN (SELECT unnest(CAST($elements AS VARCHAR[])))) AS wanted
LEFT JOIN found USING (element)
ORDER BY position, element
