-- Title: 未计分的描述与改法 | What was not scored, and the fix
-- Answers: 一份没有计分的输入、错误的名称、位置和改法 | An input that was not scored, the name of the error, its place and the fix
-- Parameter $error (text): 只看这种错误 | Only errors of this name
-- Column input (string): 输入 | input
-- Column identifier (string): 标识 | identifier
-- Column error (string): 错误 | error
-- Column line (integer): 行 | line
-- Column problems (integer): 问题数 | problems
-- Column fix_zh (string): 改法 | fix (Chinese)
-- Column fix_en (string): 改法（英文） | fix

SELECT input, identifier, error, line, problems, fix_zh, fix_en
FROM errors
WHERE $error IS NULL OR error = $error
ORDER BY input, seq, error
