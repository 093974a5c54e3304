"""What lessons say around their own words."""

from playground.language import Text

LESSONS = Text("Lessons", "课程")
LEAVE = Text("Leave the lesson", "退出课程")
BACK = Text("Back", "上一步")
NEXT = Text("Next", "下一步")
STEP = Text("Step {} of {}", "第 {} / {} 步")
MINUTES = Text("{} min", "{} 分钟")
TASK = Text("Your task", "任务")
AGAIN = Text("Set the controls again", "重新设定控件")
RIGHT = Text("Right.", "正确。")
WRONG = Text("Not quite.", "不太对。")
NOTED = Text("Your answer is noted.", "已记下您的回答。")
NO_SUCH = Text("There is no lesson {!r}; there are: {}.", "没有课程 {!r}；可用：{}。")
BRING = Text("Bring everybody here", "请所有人到这一步")
LET_GO = Text("Let everybody walk on their own", "让大家自由进行")
BROUGHT = Text("The host brings you here.", "主持人请您到这一步。")
WHO = Text("At this step: {} of {}", "在这一步：{} / {} 人")
ANSWERS = Text("Answers so far: {}", "已回答：{}")
COPY = Text("Copy a link to this step", "复制此步骤的链接")
