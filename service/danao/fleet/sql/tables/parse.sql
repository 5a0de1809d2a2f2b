-- Title: 解析一条查询 | A query, parsed
-- Answers: 查询的语法树，JSON 形式；不是查询时说明为什么 | The syntax tree of a query as JSON, or why it is none
-- Parameter $text (text, required): 查询 | The query
-- Column tree (string): 语法树 | syntax tree

SELECT CAST(json_serialize_sql(CAST($text AS VARCHAR)) AS VARCHAR) AS tree
