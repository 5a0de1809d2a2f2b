-- Title: 有名次的项目数 | How many have a rank
-- Answers: 选中的项目数，和其中在要素上有分的（全部不适用的没有名次） | The projects chosen, and those among them that have a score in the element (what is wholly inapplicable has no rank)
-- Parameter $element (term): 要素，空为合计 | The element; the total where unset
-- Column chosen (integer): 选中 | chosen
-- Column placed (integer): 有名次 | ranked

SELECT
  (SELECT count(*) FROM totals) AS chosen,
  CASE
    WHEN $element IS NULL THEN (SELECT count(points) FROM totals)
    ELSE (SELECT count(attainment) FROM scores WHERE element = $element)
  END AS placed
