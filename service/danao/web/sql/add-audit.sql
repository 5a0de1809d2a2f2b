-- Title: 审计日志的下一条 | The next entry of the audit log
INSERT INTO audit (number, entry, digest)
VALUES (:number, :entry, :digest)
