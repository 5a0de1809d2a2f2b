-- Title: 关闭对外访问 | No access to anything else
-- Answers: 不读写别的文件，不上网，不装扩展 | No other file is read or written, no network, no extension

SET enable_external_access = false
