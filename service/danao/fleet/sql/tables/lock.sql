-- Title: 锁定设置 | The settings are locked
-- Answers: 之后的查询改不了上面的设置 | No later query can change the settings above

SET lock_configuration = true
