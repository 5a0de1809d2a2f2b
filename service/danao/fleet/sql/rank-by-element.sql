-- Title: 按一个要素的名次 | Ranks by one element
-- Answers: 选中项目在一个要素上的名次，按得分；没有权重的要素按达成度 | The rank of a project chosen in one element, by points; by attainment where the element has no weight
-- Parameter $element (term, required): 要素 | The element
-- Parameter $top (integer): 名次不低于 | Ranks up to this one
-- Parameter $name (text): 标识或标题中含有 | What identifier or title contain
-- Column rank (integer): 名次 | rank
-- Column seq (integer): 项目 | project

CREATE TEMP TABLE ranked AS
WITH placed AS (
  SELECT seq, rank() OVER (ORDER BY points DESC NULLS LAST, attainment DESC) AS rank
  FROM scores
  WHERE element = $element AND attainment IS NOT NULL
)
SELECT rank, seq
FROM placed
WHERE rank <= coalesce($top, rank)
  AND (
    $name IS NULL
    OR seq IN (
      SELECT seq FROM totals WHERE contains(lower(concat_ws(chr(10), identifier, title_zh, title_en)), lower($name))
    )
  )
