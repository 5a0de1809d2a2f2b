-- Title: 自评与核定之差 | Self-assessed against verified
-- Answers: 审查过的一个项目自评比核定高多少分，以及自评通过而核定没有通过的要求数 | By how many points the self-assessed total of a reviewed project is above its verified one, and how many requirements pass only when self-assessed
-- Parameter $least (decimal, default: 0): 只列相差不少于几分的 | Only differences of at least so many points
-- Column project (project): 项目 | project
-- Column self (decimal): 自评 | self-assessed
-- Column verified (decimal): 核定 | verified
-- Column difference (decimal): 相差 | difference
-- Column requirements (integer): 仅自评通过的要求 | requirements passed when self-assessed only

WITH lost AS (
  SELECT seq, count(*) AS requirements
  FROM requirements
  WHERE self_outcome = 'passed' AND verified_outcome <> 'passed'
  GROUP BY seq
)
SELECT
  seq AS project, self_points AS self, verified_points AS verified,
  CAST(self_points - verified_points AS DECIMAL(12, 4)) AS difference, coalesce(requirements, 0) AS requirements
FROM (FROM projects SEMI JOIN chosen USING (seq)) LEFT JOIN lost USING (seq)
WHERE reviewed AND self_points - verified_points >= CAST($least AS DECIMAL(12, 4))
ORDER BY difference DESC, identifier, seq
