-- Title: 名次 | Ranks
-- Answers: 项目的名次：同分同名次，其后空出相应的名次；只排不低于第 top 名的分数，所以不必给全体排序 | The rank of a project: equal points share a rank, and as many ranks after it are left out; only what is not below the one at rank top is sorted
-- Parameter $top (integer): 名次不低于 | Ranks up to this one
-- Column rank (integer): 名次 | rank
-- Column seq (integer): 项目 | project

CREATE TEMP TABLE ranked AS
SELECT rank() OVER (ORDER BY measure DESC) AS rank, seq
FROM placed
WHERE measure >= (SELECT min(measure) FROM (SELECT measure FROM placed ORDER BY measure DESC LIMIT $top))
