-- Title: 分面的取值 | Values of facets
-- Answers: 一个分面的一个取值 | A value of a facet
-- Column facet (string): 分面 | facet
-- Column value (string): IRI | IRI
-- Column notation (string): 编号 | code
-- Column label_zh (string): 中文标签 | Chinese label
-- Column label_en (string): 英文标签 | English label

SELECT facet, value, min(notation) AS notation, min(label_zh) AS label_zh, min(label_en) AS label_en
FROM facets
GROUP BY facet, value
ORDER BY facet, value
