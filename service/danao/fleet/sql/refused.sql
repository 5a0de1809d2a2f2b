-- Title: 未计分的 | What was not scored
-- Answers: 一份没有计分的描述，或读不了的输入，以及为什么 | A description that was not scored, or an input that could not be read, and why
-- Parameter $filtered (text, required): 是否有条件 | Whether facets are chosen
-- Parameter $most (integer): 最多几份 | How many at most
-- Column seq (integer): 序号 | seq
-- Column project (string): 项目 | project
-- Column identifier (string): 标识 | identifier
-- Column title_zh (string): 中文标题 | Chinese title
-- Column title_en (string): 英文标题 | English title
-- Column input (string): 输入 | input
-- Column error (string): 错误 | error
-- Column message_zh (string): 中文说明 | Chinese message
-- Column message_en (string): 英文说明 | English message

WITH unscored AS (SELECT seq, project, identifier, title_zh, title_en, input FROM projects WHERE status <> 'scored'),
told AS (
  SELECT
    seq, min(identifier) AS identifier, min(input) AS input,
    arg_min(error, error) AS error, arg_min(message_zh, error) AS message_zh, arg_min(message_en, error) AS message_en
  FROM errors
  GROUP BY seq
)
SELECT
  seq, project, coalesce(unscored.identifier, told.identifier) AS identifier, title_zh, title_en,
  coalesce(unscored.input, told.input) AS input, error, message_zh, message_en
FROM unscored FULL JOIN told USING (seq)
WHERE NOT $filtered OR seq IN (FROM matching)
ORDER BY identifier NULLS LAST, seq
LIMIT $most
