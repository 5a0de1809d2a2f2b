-- Title: 热力图的格子 | Cells of the heat map
-- Answers: 有名次的一个项目在一个要素上的达成度和得分 | The attainment and points of a project with a rank in one element
-- Parameter $elements (text, required): 要素 | The elements
-- Column seq (integer): 序号 | seq
-- Column element (string): 要素 | element
-- Column attainment (decimal): 达成度 | attainment
-- Column points (decimal): 得分 | points

SELECT seq, element, attainment, points
FROM scores SEMI JOIN ranked USING (seq)
WHERE element IN (SELECT unnest(CAST($elements AS VARCHAR[])))
