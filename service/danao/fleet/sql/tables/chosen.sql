-- Title: 选中的项目 | The projects chosen
-- Answers: 已计分、（核定时）审查过、并在每个分面上属于所选取值之一的项目 | A project that was scored, was reviewed (for verified results), and has one of the values chosen in each facet
-- Parameter $verified (text, required): 只要审查过的 | Whether only reviewed ones
-- Parameter $facets (text, required): 分面，与取值逐一对应 | Facets, one for each value
-- Parameter $values (text, required): 取值 | Values
-- Column seq (integer): 项目 | project

CREATE TEMP TABLE chosen AS
WITH wanted AS (SELECT unnest(CAST($facets AS VARCHAR[])) AS facet, unnest(CAST($values AS VARCHAR[])) AS value)
SELECT seq
FROM projects
WHERE status = 'scored'
  AND (NOT $verified OR reviewed)
  AND (
    NOT EXISTS (FROM wanted)
    OR seq IN (
      SELECT seq
      FROM facets JOIN wanted USING (facet, value)
      GROUP BY seq
      HAVING count(DISTINCT facet) = (SELECT count(DISTINCT facet) FROM wanted)
    )
  )
