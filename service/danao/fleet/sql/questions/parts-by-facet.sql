-- Title: 各分面取值在各要素上的平均得分 | Mean points of each value of a facet by element
-- Answers: 一个取值（如一个城市）的项目在一个要素上的平均得分和平均达成度 | Mean points and mean attainment of the projects with one value (such as a city) in one element
-- Parameter $facet (text, required): 分面，例如 city | Facet, such as city
-- Parameter $level (text, default: dimension): 哪一层要素 | Level of elements
-- Column value (value): 取值 | value
-- Column element (element): 要素 | element
-- Column projects (integer): 项目数 | projects
-- Column mean (decimal): 平均得分 | mean points
-- Column mean_attainment (decimal): 平均达成度 | mean attainment

WITH pairs AS (SELECT DISTINCT value, seq FROM chosen_facets WHERE facet = $facet)
SELECT
  value, element, count(attainment) AS projects, points_mean(points) AS mean, share_mean(attainment) AS mean_attainment
FROM pairs JOIN scores USING (seq) JOIN elements USING (element)
WHERE kind = $level
GROUP BY value, element, position
ORDER BY value, position, element
