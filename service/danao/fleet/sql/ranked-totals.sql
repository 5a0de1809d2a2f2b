-- Title: 有名次的项目 | The projects with a rank
-- Answers: 一个项目的名次、总分、主张上限、等级和要求的结论数 | A project's rank, total, upper bound, band and counts of outcomes
-- Column rank (integer): 名次 | rank
-- Column seq (integer): 序号 | seq
-- Column project (string): 项目 | project
-- Column identifier (string): 标识 | identifier
-- Column title_zh (string): 中文标题 | Chinese title
-- Column title_en (string): 英文标题 | English title
-- Column points (decimal): 得分 | points
-- Column upper (decimal): 主张上限 | upper bound
-- Column attainment (decimal): 达成度 | attainment
-- Column band (term): 等级 | band
-- Column passed (integer): 通过 | passed
-- Column cant_tell (integer): 存疑 | cannot tell
-- Column failed (integer): 未提供 | not provided
-- Column inapplicable (integer): 不适用 | not applicable

SELECT
  rank, seq, project, identifier, title_zh, title_en,
  points, upper, NULL AS attainment, band, passed, cant_tell, failed, inapplicable
FROM ranked JOIN totals USING (seq)
ORDER BY rank, identifier, seq
