-- Title: 审计日志从一条开始的若干条 | Entries of the audit log from a number on
SELECT number, entry, digest
FROM audit
WHERE number >= :start
ORDER BY number
LIMIT :most
