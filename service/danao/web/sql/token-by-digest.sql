-- Title: 摘要对应的令牌 | The token of a digest
SELECT number, name, scopes, projects, made, expires, revoked, digest
FROM tokens
WHERE digest = :digest
