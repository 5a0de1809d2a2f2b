-- Title: 领先的四分之一强在哪里 | What separates the top quarter from the rest
-- Answers: 一个要素上，总分不低于上四分位的项目与其余项目的平均达成度之差 | The difference, in one element, between the mean attainment of projects at or above the upper quartile of totals and that of the rest
-- Parameter $level (text, default: indicator): 哪一层要素 | Level of elements
-- Column element (element): 要素 | element
-- Column best (decimal): 领先者的平均达成度 | mean attainment of the top quarter
-- Column rest (decimal): 其余的平均达成度 | mean attainment of the rest
-- Column difference (decimal): 相差 | difference

WITH ahead AS (
  SELECT seq, points >= (SELECT quantile_disc(points, 0.75) FROM totals) AS ahead FROM totals WHERE points IS NOT NULL
),
found AS (
  SELECT
    element,
    share_mean(CASE WHEN ahead THEN attainment END) AS best,
    share_mean(CASE WHEN NOT ahead THEN attainment END) AS rest
  FROM scores JOIN ahead USING (seq)
  GROUP BY element
)
SELECT element, best, rest, CAST(best - rest AS DECIMAL(14, 10)) AS difference
FROM found JOIN elements USING (element)
WHERE kind = $level
ORDER BY difference DESC NULLS LAST, position, element
