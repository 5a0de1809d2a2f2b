-- Title: 全部令牌 | All tokens
SELECT number, name, scopes, projects, made, expires, revoked, digest
FROM tokens
ORDER BY number
