-- Title: 一个令牌 | A token
INSERT INTO tokens (name, digest, scopes, projects, made, expires)
VALUES (:name, :digest, :scopes, :projects, :made, :expires)
