-- Title: 中间水平的项目差在哪里 | Where the middle lacks most
-- Answers: 一个要素的权重与得分中位之差：中位的项目离满分还有多少 | The weight of an element less the median of its points: what the project in the middle lacks
-- Parameter $level (text, default: indicator): 哪一层要素 | Level of elements
-- Column element (element): 要素 | element
-- Column weight (decimal): 权重 | weight
-- Column median (decimal): 得分中位 | median of points
-- Column lacking (decimal): 相差 | lacking
-- Column at_full (integer): 得满分的项目 | projects with all of it
-- Column at_nothing (integer): 得零分的项目 | projects with none of it

WITH found AS (
  SELECT
    element, quantile_disc(points, 0.5) AS median,
    count(*) FILTER (attainment = 1) AS at_full, count(*) FILTER (attainment = 0) AS at_nothing
  FROM scores
  WHERE points IS NOT NULL
  GROUP BY element
)
SELECT element, weight, median, CAST(weight - median AS DECIMAL(12, 4)) AS lacking, at_full, at_nothing
FROM found JOIN elements USING (element)
WHERE kind = $level AND weight IS NOT NULL
ORDER BY lacking DESC, position, element
