-- Title: 有名次的项目的分面 | Facets of the projects with a rank
-- Answers: 一个项目在一个分面上的取值 | A project's value of a facet
-- Column seq (integer): 序号 | seq
-- Column facet (string): 分面 | facet
-- Column value (string): IRI | IRI
-- Column notation (string): 编号 | code
-- Column label_zh (string): 中文标签 | Chinese label
-- Column label_en (string): 英文标签 | English label

SELECT seq, facet, value, notation, label_zh, label_en
FROM facets SEMI JOIN ranked USING (seq)
ORDER BY seq, facet, value
