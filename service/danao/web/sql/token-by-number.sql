-- Title: 一个编号的令牌 | The token of a number
SELECT number, name, scopes, projects, made, expires, revoked, digest
FROM tokens
WHERE number = :number
