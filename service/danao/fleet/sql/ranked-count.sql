-- Title: 有名次的项目数 | How many have a rank
-- Answers: 选中的项目数、其中有名次的（全部不适用的没有）、条件相符却没有经过审查的，和没有计分的 | The projects chosen, those among them that have a rank (what is wholly inapplicable has none), those that match but were not reviewed, and those not scored
-- Parameter $filtered (text, required): 是否有条件 | Whether facets are chosen
-- Column chosen (integer): 选中 | chosen
-- Column placed (integer): 有名次 | ranked
-- Column unreviewed (integer): 没有经过审查 | not reviewed
-- Column refused (integer): 没有计分 | not scored

SELECT
  (SELECT count(*) FROM chosen) AS chosen,
  (SELECT count(*) FROM placed) AS placed,
  (
    SELECT count(*)
    FROM projects
    WHERE status = 'scored' AND reviewed IS NOT true AND (NOT $filtered OR seq IN (FROM matching))
  ) AS unreviewed,
  (
    SELECT count(*)
    FROM (SELECT seq FROM projects WHERE status <> 'scored' UNION SELECT seq FROM errors)
    WHERE NOT $filtered OR seq IN (FROM matching)
  ) AS refused
