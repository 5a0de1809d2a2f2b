-- Title: 一个请求开始处理，除非它的键已经用过 | A request begins to be worked on, unless its key was used
INSERT OR IGNORE INTO answers (token, key, request, began)
VALUES (:token, :key, :request, :began)
