-- Title: 概况 | Overview
-- Answers: 一次运行有多少项目、已计分、未计分、审查过，读不了的输入，基准日和知识摘要 | How many projects a run has, scored, refused and reviewed; inputs that could not be read; dates and digest of the knowledge
-- Column projects (integer): 项目数 | projects
-- Column scored (integer): 已计分 | scored
-- Column refused (integer): 未计分 | refused
-- Column reviewed (integer): 审查过 | reviewed
-- Column unread (integer): 读不了的输入 | inputs that could not be read
-- Column first_date (date): 最早的基准日 | earliest date
-- Column last_date (date): 最晚的基准日 | latest date
-- Column knowledge (string): 知识摘要 | digest of the knowledge

SELECT
  count(*) AS projects,
  count(*) FILTER (status = 'scored') AS scored,
  count(*) FILTER (status <> 'scored') AS refused,
  count(*) FILTER (status = 'scored' AND reviewed) AS reviewed,
  (SELECT count(*) FROM errors ANTI JOIN projects USING (seq)) AS unread,
  min(as_of) AS first_date,
  max(as_of) AS last_date,
  CASE WHEN min(knowledge_digest) = max(knowledge_digest) THEN min(knowledge_digest) END AS knowledge
FROM projects
