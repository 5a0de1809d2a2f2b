-- One row a project and element that has parts: points of what has a weight and no weighted part, sums above it.
WITH own AS (
  SELECT
    seq, element, weight, position,
    EXISTS (FROM elements AS parts WHERE parts.parent = elements.element AND parts.weight IS NOT NULL) AS parted,
    CAST(CASE WHEN sp + sc + sf > 0 THEN round(sp / (sp + sc + sf), 10) END AS DECIMAL(14, 10)) AS sa,
    CAST(CASE WHEN sp + sc + sf > 0 THEN round((sp + sc) / (sp + sc + sf), 10) END AS DECIMAL(14, 10)) AS sua,
    CAST(CASE WHEN vp + vc + vf > 0 THEN round(vp / (vp + vc + vf), 10) END AS DECIMAL(14, 10)) AS va,
    CAST(CASE WHEN vp + vc + vf > 0 THEN round((vp + vc) / (vp + vc + vf), 10) END AS DECIMAL(14, 10)) AS vua,
    sp, sc, sf, si, vp, vc, vf, vi
  FROM counted JOIN elements USING (element)
  WHERE kind <> 'requirement'
),
leaves AS (SELECT * FROM own WHERE weight IS NOT NULL AND NOT parted),
points AS (
  SELECT
    seq, below.element,
    sum(CAST(round(weight * sa, 4) AS DECIMAL(12, 4))) AS p, sum(CAST(round(weight * sua, 4) AS DECIMAL(12, 4))) AS u,
    sum(CAST(round(weight * va, 4) AS DECIMAL(12, 4))) AS vp, sum(CAST(round(weight * vua, 4) AS DECIMAL(12, 4))) AS vu,
    sum(weight) AS w
  FROM leaves JOIN below ON part = leaves.element
  GROUP BY seq, below.element
)
SELECT
  seq, element,
  CAST(points.p AS DECIMAL(12, 4)) AS self_points, CAST(points.u AS DECIMAL(12, 4)) AS self_upper,
  CAST(points.w AS DECIMAL(12, 4)) AS self_weight, own.sa AS self_attainment, own.sua AS self_upper_attainment,
  CAST(points.vp AS DECIMAL(12, 4)) AS verified_points, CAST(points.vu AS DECIMAL(12, 4)) AS verified_upper,
  CAST(points.w AS DECIMAL(12, 4)) AS verified_weight, own.va AS verified_attainment, own.vua AS verified_upper_attainment,
  CAST(own.sp AS INTEGER) AS self_passed, CAST(sc AS INTEGER) AS self_cant_tell, CAST(sf AS INTEGER) AS self_failed,
  CAST(si AS INTEGER) AS self_inapplicable, CAST(own.vp AS INTEGER) AS verified_passed,
  CAST(vc AS INTEGER) AS verified_cant_tell, CAST(vf AS INTEGER) AS verified_failed,
  CAST(vi AS INTEGER) AS verified_inapplicable
FROM own LEFT JOIN points USING (seq, element)
ORDER BY seq, position
