-- Title: 要素 | Elements
-- Answers: 标准的一个要素，或一个带标签的词（等级、理由、分面） | An element of the standard, or a term with a label (a band, a reason, a facet)
-- Column element (string): IRI | IRI
-- Column notation (string): 编号 | code
-- Column label_zh (string): 中文标签 | Chinese label
-- Column label_en (string): 英文标签 | English label
-- Column kind (string): 层次 | level
-- Column parent (string): 上级 | what it is part of
-- Column position (integer): 次序 | place in reading order
-- Column weight (decimal): 权重 | weight

SELECT element, notation, label_zh, label_en, kind, parent, position, weight
FROM elements
ORDER BY position, element
