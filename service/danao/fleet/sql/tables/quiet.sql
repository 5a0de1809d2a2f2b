-- Title: 不显示进度 | No progress is shown
-- Answers: 终端上只有结果 | A terminal gets nothing but results

SET enable_progress_bar = false
