-- Title: 保存答复 | Keep an answer
UPDATE answers
SET answer = :answer
WHERE token = :token AND key = :key
