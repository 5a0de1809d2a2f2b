-- Title: 人人通过的要求 | Requirements that everybody passes
-- Answers: 凡适用的项目都通过的要求：分不出高下 | A requirement that every project passes to which it applies: it tells none from another
-- Column requirement (element): 要求 | requirement
-- Column projects (integer): 适用的项目数 | projects it applies to

WITH found AS (
  SELECT
    requirement, count(*) FILTER (outcome <> 'inapplicable') AS projects, count(*) FILTER (outcome = 'passed') AS passed
  FROM outcomes
  GROUP BY requirement
)
SELECT requirement, projects
FROM found LEFT JOIN elements ON element = requirement
WHERE passed = projects AND projects > 0
ORDER BY position, requirement
