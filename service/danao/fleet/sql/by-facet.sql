-- Title: 各分面取值的项目 | Projects by value of a facet
-- Answers: 一个分面的一个取值有多少项目、总分的中位与平均、最好的项目；一个项目有几个取值的，各计一次 | How many projects have a value of a facet, median and mean of their totals, and the best; a project with several values counts for each
-- Column facet (string): 分面 | facet
-- Column value (value): 取值 | value
-- Column notation (string): 编号 | code
-- Column label_zh (string): 中文标签 | Chinese label
-- Column label_en (string): 英文标签 | English label
-- Column projects (integer): 项目数 | projects
-- Column median (decimal): 中位 | median
-- Column mean (decimal): 平均 | mean
-- Column most (decimal): 最高 | highest
-- Column best (project): 最高的项目 | best project
-- Column tied (integer): 并列最高 | tied for best

WITH best AS (
  SELECT facet, value, arg_min(seq, (identifier, seq)) AS best, count(*) AS tied
  FROM facet_leaders JOIN projects USING (seq)
  GROUP BY facet, value
),
named AS (
  SELECT facet, value, min(notation) AS notation, min(label_zh) AS label_zh, min(label_en) AS label_en
  FROM facets
  GROUP BY facet, value
)
SELECT facet, value, notation, label_zh, label_en, projects, median, mean, most, best, tied
FROM facet_counts JOIN named USING (facet, value) LEFT JOIN best USING (facet, value)
ORDER BY facet, projects DESC, median DESC, value
