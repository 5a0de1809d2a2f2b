-- Title: 按一个要素排 | Ranked by one element
-- Answers: 选中的一个项目和决定名次的数：在要素上的得分，没有权重的要素为达成度；不适用的没有 | A project chosen and what its rank depends on: its points in the element, its attainment where the element has no weight; none where it is inapplicable
-- Parameter $element (term, required): 要素 | The element
-- Column seq (integer): 项目 | project
-- Column measure (decimal): 决定名次的数 | what the rank depends on

CREATE TEMP TABLE placed AS
SELECT seq, coalesce(CAST(points AS DECIMAL(18, 10)), CAST(attainment AS DECIMAL(18, 10))) AS measure
FROM scores
WHERE element = $element AND attainment IS NOT NULL
