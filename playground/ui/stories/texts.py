"""What stands around the stories."""

from playground.language import Text

HOW = Text("How it works", "工作原理")
WEIGHTS_MAKE = Text("Make the three clips", "生成三个片段")
WEIGHTS_HELP = Text(
    "The settings and the seed of the form above, three times: with the motion modules' weight at 0, ½ and 1.",
    "使用上方表单的设置和种子生成三次：运动模块的权重分别为 0、½ 和 1。",
)
FROM_PICTURE_HELP = Text(
    "Draw, choose a file, or press “Animate this” below any picture; then say how it moves. The bundled checkpoint "
    "was not trained to begin with a picture: its first steps decide the path from your words, the whole picture is "
    "carried along that path, and the last steps draw it there anew.",
    "画一张、选择文件，或点击任一图片下方的“让它动起来”，再说明如何运动。自带检查点没有学过从图片开始："
    "前几步由文字决定路径，整张图片沿路径移动，最后几步在那里重新绘制。",
)
