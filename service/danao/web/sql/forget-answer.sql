-- Title: 没有答复的请求可以重来 | A request that was not done may come again
DELETE FROM answers
WHERE token = :token AND key = :key AND answer IS NULL
