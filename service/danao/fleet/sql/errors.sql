-- Title: 错误的分布 | How errors are distributed
-- Answers: 一种错误有多少份输入，和其中一份为例 | How many inputs have an error of a name, and one of them as an example
-- Column error (string): 错误 | error
-- Column inputs (integer): 输入数 | inputs
-- Column input (string): 例如 | for example
-- Column message_zh (string): 中文说明 | Chinese message
-- Column message_en (string): 英文说明 | English message

SELECT
  error, count(DISTINCT seq) AS inputs, arg_min(input, (seq, input)) AS input,
  arg_min(message_zh, (seq, input)) AS message_zh, arg_min(message_en, (seq, input)) AS message_en
FROM errors
GROUP BY error
ORDER BY inputs DESC, error
