-- Outcomes of a project below each element, counted.
CREATE OR REPLACE TABLE counted AS
SELECT
  seq, element,
  count(*) FILTER (self_outcome = 'passed') AS sp, count(*) FILTER (self_outcome = 'cantTell') AS sc,
  count(*) FILTER (self_outcome = 'failed') AS sf, count(*) FILTER (self_outcome = 'inapplicable') AS si,
  count(*) FILTER (verified_outcome = 'passed') AS vp, count(*) FILTER (verified_outcome = 'cantTell') AS vc,
  count(*) FILTER (verified_outcome = 'failed') AS vf, count(*) FILTER (verified_outcome = 'inapplicable') AS vi
FROM drawn JOIN below ON part = requirement
GROUP BY seq, element
