-- Title: 普遍的短板 | Common gaps
-- Answers: 一项要求未提供、存疑的项目数和占比（不适用的不计），以及存疑最常见的理由 | How many projects do not provide a requirement or leave it in doubt, the share of both (the inapplicable left out), and the most frequent reason of doubt
-- Parameter $top (integer): 最多几项 | How many at most
-- Column requirement (element): 要求 | requirement
-- Column projects (integer): 适用的项目数 | projects it applies to
-- Column failed (integer): 未提供 | not provided
-- Column cant_tell (integer): 存疑 | cannot tell
-- Column share (decimal): 占比 % | share %
-- Column reason (term): 存疑最常见的理由 | most frequent reason of doubt

WITH counted AS (
  SELECT
    requirement,
    CAST(coalesce(sum(times) FILTER (outcome <> 'inapplicable'), 0) AS BIGINT) AS projects,
    CAST(coalesce(sum(times) FILTER (outcome = 'failed'), 0) AS BIGINT) AS failed,
    CAST(coalesce(sum(times) FILTER (outcome = 'cantTell'), 0) AS BIGINT) AS cant_tell
  FROM tally
  GROUP BY requirement
),
doubts AS (
  SELECT requirement, reason, CAST(sum(times) AS BIGINT) AS times
  FROM (SELECT requirement, unnest(reasons) AS reason, times FROM tally WHERE outcome = 'cantTell')
  GROUP BY requirement, reason
),
usual AS (
  SELECT requirement, arg_min(reason, (-times, reason)) AS reason FROM doubts GROUP BY requirement
)
SELECT requirement, projects, failed, cant_tell, percent(failed + cant_tell, projects) AS share, reason
FROM counted LEFT JOIN usual USING (requirement) LEFT JOIN elements ON element = requirement
WHERE failed + cant_tell > 0
ORDER BY failed + cant_tell DESC, failed DESC, position, requirement
LIMIT $top
