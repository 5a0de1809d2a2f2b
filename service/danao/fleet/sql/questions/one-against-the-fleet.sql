-- Title: 一个项目与全体相比 | One project against the fleet
-- Answers: 一个项目在一个要素上的得分、全体的中位，以及得分低于它的项目占比 | The points of one project in an element, the median of all, and the share of projects with fewer
-- Parameter $project (project, required): 项目的标识 | Identifier of the project
-- Parameter $level (text, default: indicator): 哪一层要素 | Level of elements
-- Column element (element): 要素 | element
-- Column attainment (decimal): 达成度 | attainment
-- Column median (decimal): 全体中位 | median of all
-- Column difference (decimal): 相差 | difference
-- Column below (decimal): 低于它的占比 % | share below it %

WITH own AS (SELECT element, attainment FROM scores WHERE seq = $project),
found AS (
  SELECT
    element, own.attainment, quantile_disc(scores.attainment, 0.5) AS median,
    percent(count(*) FILTER (scores.attainment < own.attainment), count(scores.attainment)) AS below
  FROM scores JOIN own USING (element)
  GROUP BY element, own.attainment
)
SELECT element, attainment, median, CAST(attainment - median AS DECIMAL(14, 10)) AS difference, below
FROM found JOIN elements USING (element)
WHERE kind = $level
ORDER BY difference NULLS LAST, position, element
