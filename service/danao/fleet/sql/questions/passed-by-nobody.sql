-- Title: 没有项目通过的要求 | Requirements that nobody passes
-- Answers: 一项要求没有任何项目通过；提供过的项目数在旁 | A requirement that no project passes, with the number that at least claim it
-- Column requirement (element): 要求 | requirement
-- Column projects (integer): 适用的项目数 | projects it applies to
-- Column cant_tell (integer): 存疑 | cannot tell

WITH found AS (
  SELECT
    requirement, count(*) FILTER (outcome <> 'inapplicable') AS projects,
    count(*) FILTER (outcome = 'cantTell') AS cant_tell, count(*) FILTER (outcome = 'passed') AS passed
  FROM outcomes
  GROUP BY requirement
)
SELECT requirement, projects, cant_tell
FROM found LEFT JOIN elements ON element = requirement
WHERE passed = 0 AND projects > 0
ORDER BY cant_tell, position, requirement
