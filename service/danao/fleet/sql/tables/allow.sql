-- Title: 可读的文件 | Files that may be read
-- Answers: 只有批量评估的各表 | The tables of the fleet and nothing else
-- Parameter $paths (text, required): 路径 | Paths

SET allowed_paths = $paths
