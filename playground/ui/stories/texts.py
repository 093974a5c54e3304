"""What stands around the stories."""

from playground.language import Text

HOW = Text("How it works", "工作原理")
WEIGHTS_MAKE = Text("Make the three clips", "生成三个片段")
WEIGHTS_HELP = Text(
    "The settings and the seed of the form above, three times: with the motion modules' weight at 0, ½ and 1.",
    "使用上方表单的设置和种子生成三次：运动模块的权重分别为 0、½ 和 1。",
)
