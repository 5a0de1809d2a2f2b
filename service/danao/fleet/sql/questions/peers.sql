-- Title: 与一个项目最相近的项目 | The peers of a project
-- Answers: 要求的结论与所给项目不同的最少的那些项目 | The projects whose outcomes differ from those of the project given in the fewest requirements
-- Parameter $project (project, required): 项目的标识 | Identifier of the project
-- Parameter $most (integer, default: 10): 最多几个 | How many at most
-- Column project (project): 项目 | project
-- Column differing (integer): 结论不同的要求 | requirements with another outcome
-- Column points (decimal): 得分 | points
-- Column own_better (integer): 所给项目更好的 | where the given project is better
-- Column other_better (integer): 对方更好的 | where the other is better

WITH levels AS (
  SELECT seq, requirement, outcome,
    CASE outcome WHEN 'passed' THEN 2 WHEN 'cantTell' THEN 1 WHEN 'failed' THEN 0 END AS level
  FROM outcomes
),
own AS (SELECT requirement, outcome, level FROM levels WHERE seq = $project),
compared AS (
  SELECT
    levels.seq,
    count(*) FILTER (levels.outcome <> own.outcome) AS differing,
    count(*) FILTER (own.level > levels.level) AS own_better,
    count(*) FILTER (levels.level > own.level) AS other_better
  FROM levels JOIN own USING (requirement)
  WHERE levels.seq <> $project
  GROUP BY levels.seq
)
SELECT seq AS project, differing, points, own_better, other_better
FROM compared JOIN totals USING (seq)
ORDER BY differing, identifier, seq
LIMIT $most
