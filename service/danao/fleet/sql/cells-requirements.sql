-- Title: 热力图中要求的格子 | Cells of requirements in the heat map
-- Answers: 有名次的一个项目在一项要求上的达成度 | The attainment of a project with a rank in one requirement
-- Parameter $elements (text, required): 要求 | The requirements
-- Column seq (integer): 序号 | seq
-- Column element (string): 要求 | requirement
-- Column attainment (decimal): 达成度 | attainment
-- Column points (decimal): 得分 | points

SELECT seq, requirement AS element, attainment, NULL AS points
FROM outcomes SEMI JOIN ranked USING (seq)
WHERE requirement IN (SELECT unnest(CAST($elements AS VARCHAR[])))
