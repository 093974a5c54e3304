"""What stands around the stories."""

from playground.language import Text

HOW = Text("How it works", "工作原理")
WEIGHTS_MAKE = Text("Make the three clips", "生成三个片段")
WEIGHTS_HELP = Text(
    "The settings and the seed of the form above, three times: with the motion modules' weight at 0, ½ and 1.",
    "使用上方表单的设置和种子生成三次：运动模块的权重分别为 0、½ 和 1。",
)
BY_DIFFUSION_HELP = Text(
    "A GAN makes its picture in one pass; this network takes it out of noise in many, and guidance stands where the "
    "GAN has truncation. Its weights are downloaded first; on a CPU a picture takes minutes.",
    "GAN 一步生成图片；这个网络分很多步从噪声中取出图片，用引导强度代替截断。权重需先下载；在 CPU 上一张图需要几分钟。",
)
FROM_PICTURE_HELP = Text(
    "Draw, choose a file, or press “Animate this” below any picture; then say how it moves. The bundled checkpoint "
    "was not trained to begin with a picture: its first steps decide the path from your words, the whole picture is "
    "carried along that path, and the last steps draw it there anew.",
    "画一张、选择文件，或点击任一图片下方的“让它动起来”，再说明如何运动。自带检查点没有学过从图片开始："
    "前几步由文字决定路径，整张图片沿路径移动，最后几步在那里重新绘制。",
)
