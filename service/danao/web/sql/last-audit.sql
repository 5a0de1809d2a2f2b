-- Title: 审计日志的最后一条 | The last entry of the audit log
SELECT number, entry, digest
FROM audit
ORDER BY number DESC
LIMIT 1
