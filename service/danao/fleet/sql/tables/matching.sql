-- Title: 分面相符的 | What matches in its facets
-- Answers: 在每个所选分面上有所选取值之一的描述，计分与否都在内；没有选择时为空 | A description, scored or not, that has one of the values chosen in each facet chosen; none where nothing is chosen
-- Parameter $facets (text, required): 分面，与取值逐一对应 | Facets, one for each value
-- Parameter $values (text, required): 取值 | Values
-- Column seq (integer): 序号 | seq

CREATE TEMP TABLE matching AS
WITH wanted AS (SELECT unnest(CAST($facets AS VARCHAR[])) AS facet, unnest(CAST($values AS VARCHAR[])) AS value)
SELECT seq
FROM facets JOIN wanted USING (facet, value)
GROUP BY seq
HAVING count(DISTINCT facet) = (SELECT count(DISTINCT facet) FROM wanted)
