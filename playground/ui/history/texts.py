"""What the page says about the results of a tab and what each was varied from."""

from playground.language import Text

HISTORY = Text("Your last results here", "您最近的结果")
HISTORY_HINT = Text(
    "Arcs lead from a result to what was varied from it. Click one to see it again with its settings.",
    "弧线从一个结果通向由它变化而来的结果。点击可重新查看图片及其设置。",
)
SAME_AGAIN = Text("the same again", "设置相同")
FIRST = Text("a new start", "新的开始")
CHANGED = Text("{} {} → {}", "{}：{} → {}")
ADDED = Text("{} + “{}”", "{} 增加“{}”")
TAKEN_OUT = Text("{} − “{}”", "{} 去掉“{}”")
VARIED_FROM = Text("varied from the one before: {}", "由之前的结果变化而来：{}")
NOTHING = Text("none", "无")
OPEN = Text("Show it again: {}. {}", "重新查看：{}。{}")
