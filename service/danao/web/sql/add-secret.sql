-- Title: 没有时加入密钥 | A secret, unless it is there
INSERT OR IGNORE INTO secrets (name, value)
VALUES (:name, :value)
