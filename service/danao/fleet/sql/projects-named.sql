-- Title: 项目的名称 | Names of projects
-- Answers: 序号所指的项目 | The project of a seq
-- Parameter $seqs (text, required): 序号 | Seqs
-- Column seq (integer): 序号 | seq
-- Column project (string): 项目 | project
-- Column identifier (string): 标识 | identifier
-- Column title_zh (string): 中文标题 | Chinese title
-- Column title_en (string): 英文标题 | English title

SELECT seq, project, identifier, title_zh, title_en
FROM projects SEMI JOIN (SELECT unnest(CAST($seqs AS BIGINT[])) AS seq) AS wanted USING (seq)
ORDER BY seq
