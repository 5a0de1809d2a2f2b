-- Title: 只有一个取值的项目通过的要求 | Requirements that only one value of a facet passes
-- Answers: 一项要求只有一个城市（或其他分面取值）的项目通过 | A requirement that only projects of one city (or other value of a facet) pass
-- Parameter $facet (text, required): 分面，例如 city | Facet, such as city
-- Column requirement (element): 要求 | requirement
-- Column value (value): 取值 | value
-- Column projects (integer): 通过的项目数 | projects that pass

WITH pairs AS (SELECT DISTINCT value, seq FROM chosen_facets WHERE facet = $facet),
passing AS (
  SELECT requirement, value, count(*) AS projects
  FROM outcomes JOIN pairs USING (seq)
  WHERE outcome = 'passed'
  GROUP BY requirement, value
)
SELECT requirement, min(value) AS value, sum(projects) AS projects
FROM passing LEFT JOIN elements ON element = requirement
GROUP BY requirement, position
HAVING count(*) = 1
ORDER BY position, requirement
