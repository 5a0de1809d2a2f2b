-- Title: 总分的分布 | How totals are distributed
-- Answers: 选中项目总分的个数、最低、四分位、最高和平均；四分位取实际出现的值 | Number, lowest, quartiles, highest and mean of the totals of the projects chosen; a quartile is a value that occurs
-- Column projects (integer): 项目数 | projects
-- Column least (decimal): 最低 | lowest
-- Column quarter (decimal): 下四分位 | lower quartile
-- Column median (decimal): 中位 | median
-- Column three_quarters (decimal): 上四分位 | upper quartile
-- Column most (decimal): 最高 | highest
-- Column mean (decimal): 平均 | mean

SELECT
  count(points) AS projects, min(points) AS least,
  quantile_disc(points, 0.25) AS quarter, quantile_disc(points, 0.5) AS median,
  quantile_disc(points, 0.75) AS three_quarters, max(points) AS most, points_mean(points) AS mean
FROM chosen
