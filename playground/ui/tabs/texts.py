"""What single tabs say beside their families' own words."""

from playground.language import Text

MAP_CLICK = Text(
    "Click on the map: that point of the latent plane is written out.", "点击地图：写出隐空间平面上的那一点。"
)
SKETCH = Text("Sketch → Image", "手绘 → 图片")
SKETCH_CHECKPOINT = Text("Made by the checkpoint that is chosen in Text → Image.", "使用“文字 → 图片”中选择的检查点。")
STRENGTHS = Text(
    "Takes the drawing and the settings of the first panel, and makes it at strengths 0.2, 0.4, 0.6, 0.8 and 1 with "
    "one seed.",
    "使用第一个面板的手绘和设置，以同一种子生成重绘强度 0.2、0.4、0.6、0.8 和 1 的结果。",
)
PIXEL_ODDS = Text(
    "Row {}, column {}: grey level {}, which cost {} bits. Bars: what the network expected here, given the pixels "
    "before it, from black (left) to white (right); framed is what stands there.",
    "第 {} 行第 {} 列：灰度 {}，花费 {} 比特。柱形表示给定之前的像素，网络对此处的预期，从黑（左）到白（右）；"
    "加框的是实际的灰度。",
)
POINT_AT_A_PIXEL = Text(
    "Point at a pixel of the picture: what did the network expect there?", "指向图片中的一个像素：网络在那里预期什么？"
)
CLICK_A_SAMPLE = Text(
    "Click on a sample: the training pictures that look most like it appear here. Is it memory or invention?",
    "点击一个样本：与它最像的训练图片会出现在这里。是记忆，还是创造？",
)
NEAREST = Text(
    "The nearest of {} training pictures, pixel by pixel. The number is how far away they are: 0 would be a copy.",
    "{} 张训练图片中逐像素最接近的几张。数字表示差距：0 即完全相同。",
)
GAME = Text("Guess: real or generated, and by whom?", "猜一猜：真实还是生成的？谁生成的？")
GAME_FIRST = Text(
    "Generate a comparison first: the game shows its pictures.", "请先生成一次比较：游戏会使用其中的图片。"
)
GAME_START = Text("Start", "开始")
GAME_ROUND = Text("Picture {} of {}: who made it?", "第 {} / {} 张：是谁画的？")
GAME_RIGHT = Text("Right: {}.", "答对了：{}。")
GAME_WRONG = Text("No, it was: {}.", "不对，答案是：{}。")
GAME_NEXT = Text("Next", "下一张")
GAME_END = Text("See the score", "查看得分")
GAME_SCORE = Text(
    "{} of {} right. The table counts all who played on this page: a row is what it was, a column what was said.",
    "{} / {} 答对。表格统计在本页玩过的所有人：行是实际来源，列是所猜的答案。",
)
GAME_TRUTH = Text("It was", "实际来源")
GAME_AGAIN = Text("Play again", "再玩一次")
COMPLETE = Text("Complete it", "补全图片")
WIPE_HERE = Text(
    "Wipe a part of the picture away with mouse or finger: that part is drawn anew, pixel by pixel.",
    "用鼠标或手指擦去图片的一部分：这一部分会逐像素重新绘制。",
)
ANOTHER = Text("Another picture", "换一张图片")
WIPE_HALF = Text("Wipe the lower half", "擦去下半部分")
WIPE_NOTHING = Text("Wipe nothing", "全部恢复")
COMPARE_WORDS = Text("Compare the words", "比较词语")
