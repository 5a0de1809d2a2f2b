-- Title: 要求没有通过的理由 | Reasons why requirements did not pass
-- Answers: 一个理由使多少项要求没有通过，和它占全部理由的比例 | How many requirements a reason kept from passing, and its share of all reasons
-- Column reason (term): 理由 | reason
-- Column outcome (string): 结论 | outcome
-- Column requirements (integer): 次数 | times
-- Column share (decimal): 占比 % | share %

WITH counted AS (
  SELECT reason, outcome, CAST(sum(times) AS BIGINT) AS requirements
  FROM (SELECT outcome, unnest(reasons) AS reason, times FROM tally WHERE outcome IN ('cantTell', 'failed'))
  GROUP BY reason, outcome
)
SELECT reason, outcome, requirements, percent(requirements, CAST(sum(requirements) OVER () AS BIGINT)) AS share
FROM counted
ORDER BY requirements DESC, reason, outcome
