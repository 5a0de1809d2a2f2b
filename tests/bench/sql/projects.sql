-- One row a project; totals are those of the whole, which has no weight of its own.
SELECT
  seq, 'in/' || seq || '.ttl' AS input, 'https://bench.invalid/id/p-' || seq || '/brain' AS project,
  printf('p-%07d', seq) AS identifier, '示例产业大脑' || seq AS title_zh, 'Example brain ' || seq AS title_en,
  CASE WHEN scored THEN 'scored' ELSE 'refused' END AS status, scored AND reviewed AS reviewed,
  'sha256:' || sha256('d' || seq) AS description_digest, 'sha256:' || sha256('e' || seq) AS examination_digest,
  'sha256:' || repeat('0', 64) AS knowledge_digest, DATE '2025-12-31' AS as_of, CAST(900 + hash(seq) % 700 AS INTEGER) AS triples,
  self_points, self_upper, verified_points, verified_upper,
  CASE WHEN scored THEN 'https://bench.invalid/band/' || least(CAST(self_points AS INTEGER) // 25, 3) END AS self_band,
  CASE WHEN scored AND reviewed THEN 'https://bench.invalid/band/' || least(CAST(verified_points AS INTEGER) // 25, 3) END AS verified_band,
  self_passed, self_cant_tell, self_failed, self_inapplicable,
  verified_passed, verified_cant_tell, verified_failed, verified_inapplicable
FROM people LEFT JOIN (SELECT written.* FROM written JOIN elements USING (element) WHERE kind = 'system') USING (seq)
ORDER BY seq
