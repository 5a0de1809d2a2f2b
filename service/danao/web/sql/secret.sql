-- Title: 一个密钥 | A secret
SELECT value
FROM secrets
WHERE name = :name
