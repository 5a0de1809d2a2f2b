-- A reason for each that was refused.
SELECT
  seq, 'in/' || seq || '.ttl' AS input, printf('p-%07d', seq) AS identifier,
  ['SyntaxFault', 'UnknownTerm', 'SharedBlankNode'][1 + CAST(hash(seq, 16) % 3 AS BIGINT)] AS error,
  '说明' AS message_zh, 'message' AS message_en, '改法' AS fix_zh, 'fix' AS fix_en, 'in/' || seq || '.ttl' AS file,
  CAST(1 AS INTEGER) AS line, CAST(NULL AS INTEGER) AS "column", CAST(NULL AS VARCHAR) AS node, CAST(1 AS INTEGER) AS problems
FROM people
WHERE NOT scored
ORDER BY seq
