-- Title: 各分面取值中最高的 | The highest of each value of a facet
-- Answers: 总分为该取值中最高的项目 | A project whose total is the highest of those with the value
-- Column facet (string): 分面 | facet
-- Column value (value): 取值 | value
-- Column seq (project): 项目 | project

CREATE TEMP TABLE facet_leaders AS
SELECT facet, value, seq
FROM facets JOIN chosen USING (seq) JOIN facet_counts USING (facet, value)
WHERE points = most
