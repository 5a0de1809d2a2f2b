-- Title: 各要素下要求没有通过的理由 | Reasons by element
-- Answers: 一个要素之下，一个理由使多少项要求没有通过，涉及多少项目 | How many requirements below an element a reason kept from passing, and in how many projects
-- Parameter $level (text, default: indicator): 哪一层要素 | Level of elements
-- Parameter $outcome (text, default: cantTell): 结论 cantTell 或 failed | Outcome: cantTell or failed
-- Column element (element): 要素 | element
-- Column reason (term): 理由 | reason
-- Column requirements (integer): 次数 | times
-- Column projects (integer): 项目数 | projects

WITH RECURSIVE below(element, part) AS (
  SELECT element, element FROM elements WHERE kind = $level
  UNION
  SELECT below.element, elements.element FROM below JOIN elements ON elements.parent = below.part
),
told AS (
  SELECT seq, requirement, unnest(reasons) AS reason FROM outcomes WHERE outcome = $outcome
),
found AS (
  SELECT element, reason, count(*) AS requirements, count(DISTINCT seq) AS projects
  FROM told JOIN below ON part = requirement
  GROUP BY element, reason
)
SELECT element, reason, requirements, projects
FROM found JOIN elements USING (element)
ORDER BY position, element, requirements DESC, reason
