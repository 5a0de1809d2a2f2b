-- Title: 只留名称相符的 | Only those that are called so
-- Answers: 名次照旧，留下标识或标题中含有所给文字的项目 | Ranks stay as they are; projects whose identifier or title contain the text remain
-- Parameter $name (text, required): 标识或标题中含有 | What identifier or title contain

DELETE FROM ranked
WHERE seq NOT IN (
  SELECT seq
  FROM projects SEMI JOIN ranked USING (seq)
  WHERE contains(lower(concat_ws(chr(10), identifier, title_zh, title_en)), lower($name))
)
