-- Title: 按总分的名次 | Ranks by the total
-- Answers: 选中项目的名次：同分同名次，其后空出相应的名次 | The rank of a project chosen: equal points share a rank, and as many ranks after it are left out
-- Parameter $top (integer): 名次不低于 | Ranks up to this one
-- Parameter $name (text): 标识或标题中含有 | What identifier or title contain
-- Column rank (integer): 名次 | rank
-- Column seq (integer): 项目 | project

CREATE TEMP TABLE ranked AS
WITH placed AS (SELECT seq, rank() OVER (ORDER BY points DESC) AS rank FROM totals WHERE points IS NOT NULL)
SELECT rank, seq
FROM placed
WHERE rank <= coalesce($top, rank)
  AND (
    $name IS NULL
    OR seq IN (
      SELECT seq FROM totals WHERE contains(lower(concat_ws(chr(10), identifier, title_zh, title_en)), lower($name))
    )
  )
