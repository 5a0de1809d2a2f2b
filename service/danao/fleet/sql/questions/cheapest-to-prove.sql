-- Title: 已主张未证明的差距最大的项目 | Most points claimed but not proved
-- Answers: 一个项目的主张上限与得分之差：主张全部得到证明可增的分 | A project's upper bound less its points: what it gains if everything claimed were proved
-- Parameter $least (decimal, default: 1): 只列相差不少于几分的 | Only differences of at least so many points
-- Column project (project): 项目 | project
-- Column points (decimal): 得分 | points
-- Column upper (decimal): 主张上限 | upper bound
-- Column difference (decimal): 相差 | difference
-- Column cant_tell (integer): 存疑的要求 | requirements in doubt

SELECT seq AS project, points, upper, CAST(upper - points AS DECIMAL(12, 4)) AS difference, cant_tell
FROM totals
WHERE upper - points >= CAST($least AS DECIMAL(12, 4))
ORDER BY difference DESC, identifier, seq
