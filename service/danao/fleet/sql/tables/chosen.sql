-- Title: 选中的项目 | The projects chosen
-- Answers: 已计分、（核定时）审查过、（有条件时）分面相符的项目及其总分；列少，读得快；{result} 换成 self 或 verified | A project that was scored, was reviewed (for verified results) and matches in its facets (where some are chosen), with its total; few columns, quick to read; {result} is replaced by self or verified
-- Parameter $verified (text, required): 只要审查过的 | Whether only reviewed ones
-- Parameter $filtered (text, required): 是否有条件 | Whether facets are chosen
-- Column seq (integer): 项目 | project
-- Column points (decimal): 得分 | points

CREATE TEMP TABLE chosen AS
SELECT seq, {result}_points AS points
FROM projects
WHERE status = 'scored' AND (NOT $verified OR reviewed) AND (NOT $filtered OR seq IN (FROM matching))
