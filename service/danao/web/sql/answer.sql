-- Title: 一个键的请求和答复 | The request and the answer of a key
SELECT request, answer
FROM answers
WHERE token = :token AND key = :key
