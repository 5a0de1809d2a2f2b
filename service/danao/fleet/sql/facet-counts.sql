-- Title: 各分面取值的计数 | Values of facets, counted
-- Answers: 一个分面的一个取值有多少项目、总分的中位、平均与最高；一个项目有几个取值的，各计一次 | How many projects have a value of a facet, and median, mean and highest of their totals; a project with several values counts for each
-- Column facet (string): 分面 | facet
-- Column value (value): 取值 | value
-- Column projects (integer): 项目数 | projects
-- Column median (decimal): 中位 | median
-- Column mean (decimal): 平均 | mean
-- Column most (decimal): 最高 | highest

CREATE TEMP TABLE facet_counts AS
SELECT
  facet, value, count(*) AS projects, quantile_disc(points, 0.5) AS median, points_mean(points) AS mean,
  max(points) AS most
FROM facets JOIN chosen USING (seq)
GROUP BY facet, value
