-- Title: 标识所指的项目 | The project of an identifier
-- Answers: 已计分的项目中标识相同的，或标识相近的 | Scored projects with that identifier, else some with one that is close
-- Parameter $identifier (text, required): 标识 | Identifier
-- Column seq (integer): 序号 | seq
-- Column identifier (string): 标识 | identifier
-- Column distance (integer): 相差几个字符 | characters that differ

SELECT seq, identifier, damerau_levenshtein(identifier, $identifier) AS distance
FROM projects
WHERE status = 'scored'
ORDER BY distance, identifier, seq
LIMIT 5
