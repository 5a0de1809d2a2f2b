-- Title: 等级的分布 | How bands are distributed
-- Answers: 一个等级有多少项目，和其中的最低分、最高分 | How many projects are in a band, and the lowest and highest total among them
-- Column band (term): 等级 | band
-- Column projects (integer): 项目数 | projects
-- Column least (decimal): 最低 | lowest
-- Column most (decimal): 最高 | highest

SELECT band, count(*) AS projects, min(points) AS least, max(points) AS most
FROM totals
WHERE band IS NOT NULL
GROUP BY band
ORDER BY least DESC, band
