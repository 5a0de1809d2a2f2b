-- One row a project and requirement.
SELECT
  seq, requirement, self_outcome, verified_outcome,
  CASE self_outcome
    WHEN 'cantTell' THEN [['EvidenceMissing', 'Expired', 'UnfitType', 'PartMissing'][1 + draw % 4]]
    WHEN 'failed' THEN ['NotProvided'] ELSE CAST([] AS VARCHAR[])
  END AS self_reasons,
  CASE verified_outcome
    WHEN 'cantTell' THEN [['EvidenceMissing', 'Expired', 'Rejected', 'NotReviewed'][1 + draw % 4]]
    WHEN 'failed' THEN ['NotProvided'] ELSE CAST([] AS VARCHAR[])
  END AS verified_reasons,
  CAST(CASE self_outcome WHEN 'passed' THEN 1 WHEN 'inapplicable' THEN NULL ELSE 0 END AS DECIMAL(14, 10)) AS self_attainment,
  CAST(CASE verified_outcome WHEN 'passed' THEN 1 WHEN 'inapplicable' THEN NULL ELSE 0 END AS DECIMAL(14, 10)) AS verified_attainment
FROM (
  SELECT
    *,
    CASE WHEN self_outcome = 'passed' AND (NOT reviewed OR draw % 6 = 0) THEN 'cantTell' ELSE self_outcome END AS verified_outcome
  FROM (
    SELECT
      seq, element AS requirement, position, reviewed, CAST(hash(seq, position, 7) % 1000000 AS BIGINT) AS draw,
      CASE
        WHEN hash(seq, position, 8) % 50 = 0 THEN 'inapplicable'
        WHEN CAST(hash(seq, position, 9) % 1000 AS BIGINT) < maturity + CAST(hash(position) % 300 AS BIGINT) - 150 THEN 'passed'
        WHEN hash(seq, position, 10) % 3 = 0 THEN 'cantTell'
        ELSE 'failed'
      END AS self_outcome
    FROM people CROSS JOIN (SELECT element, position FROM elements WHERE kind = 'requirement')
    WHERE scored
  )
)
ORDER BY seq, position
