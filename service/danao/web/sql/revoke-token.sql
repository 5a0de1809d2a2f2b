-- Title: 撤销还有效的令牌 | Revoke a token that is not revoked
UPDATE tokens
SET revoked = :revoked
WHERE number = :number AND revoked IS NULL
