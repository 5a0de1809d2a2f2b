-- Title: 离一条界线最近的项目 | Projects close to a limit
-- Answers: 一个项目的总分与界线相差不超过所给的分数：正为已达到，负为差多少 | A project whose total is at most so many points away from the limit: positive where it is reached, negative where that much is missing
-- Parameter $limit (decimal, required): 界线，例如一个等级的最低分 | The limit, such as the least points of a band
-- Parameter $within (decimal, default: 2): 相差不超过几分 | How many points away at most
-- Column project (project): 项目 | project
-- Column points (decimal): 得分 | points
-- Column distance (decimal): 相差 | difference
-- Column upper (decimal): 主张上限 | upper bound

SELECT seq AS project, points, points - CAST($limit AS DECIMAL(12, 4)) AS distance, upper
FROM totals
WHERE abs(points - CAST($limit AS DECIMAL(12, 4))) <= CAST($within AS DECIMAL(12, 4))
ORDER BY distance DESC, identifier, seq
