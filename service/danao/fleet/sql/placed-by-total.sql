-- Title: 按总分排 | Ranked by the total
-- Answers: 选中的一个项目和决定名次的数：总分；全部不适用的没有 | A project chosen and what its rank depends on: its total; none where everything is inapplicable
-- Column seq (integer): 项目 | project
-- Column measure (decimal): 决定名次的数 | what the rank depends on

CREATE TEMP VIEW placed AS
SELECT seq, points AS measure
FROM chosen
WHERE points IS NOT NULL
