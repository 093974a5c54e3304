"""What single tabs say beside their families' own words."""

from playground.api import round_trip
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
CAPTION = Text("Say what it shows", "说说图中是什么")
COMPARE_WORDS = Text("Compare the words", "比较词语")
SIDE_BY_SIDE = Text("Three models on the same beginning", "三个模型，同一个开头")
SIDE_BY_SIDE_HELP = Text(
    "What each expects next, at temperature 1, while you type above. Click a word to take it and go on from there; "
    "click a token to see what else might have stood in its place. A dark token was a surprise.",
    "您在上方输入时，各模型在温度 1 下认为接下来会出现什么。点击一个词就采用它并从那里继续；点击一个词元可看到那"
    "里还可能"
    "是什么。颜色越深，模型越意外。",
)
WRITE_ALL = Text("Let all three write on", "让三个模型都续写")
TOKENS = Text("The text, token by token", "逐词元的文本")
NEXT = Text("What comes next", "接下来是什么")
ENDS = Text("(end)", "（结束）")
PERPLEXITY = Text("perplexity {} a token, {} a character", "困惑度：每词元 {}，每字符 {}")
NO_PERPLEXITY = Text("type something to see how surprised it is", "输入文字，看看它有多意外")
WRITTEN = Text(" seed {} · {} tokens/s", " 种子 {} · {} 词元/秒")
INSIDE_TRANSFORMER = Text("Where its heads look", "注意力头在看哪里")
INSIDE_TRANSFORMER_HELP = Text(
    "A row is a head of a layer, a column a token that stands there; dark is looked at to foretell the next "
    "one. » stands "
    "before every text: a head that has nothing to look for rests there.",
    "每行是某层的一个注意力头，每列是已有的一个词元；颜色越深，预测下一个词元时看得越多。» 位于每段文本之前：没"
    "有可看之处的头就停在那里。",
)
INSIDE_WORDLSTM = Text("How far its gates open", "各个门开了多大")
INSIDE_WORDLSTM_HELP = Text(
    "A row is a gate of a layer, the mean over its cells; a column is the token that it read. Forget: dark "
    "keeps what it "
    "remembers. Input: dark lets the new in.",
    "每行是某层的一个门（各单元平均），每列是读到的词元。遗忘门：越深保留越多记忆；输入门：越深写入越多新内容。",
)
INSIDE_NGRAM = Text("What it counted, and how far it backed off", "数到了什么，回退到了哪一阶")
INSIDE_NGRAM_HELP = Text(
    "Each order knows what it counted after these tokens, and gives its share of the probability; what the "
    "longest does "
    "not know, the shorter ones give. Shorter orders count after how many different tokens a word was met "
    "(Kneser–Ney).",
    "每一阶知道这些词元之后数到过什么，并给出自己的那份概率；最长的不知道的，由较短的给出。较短的阶数的是一个词"
    "曾出现在多少种"
    "不同的词元之后（Kneser–Ney）。",
)
ORDER = Text("order: looks at", "阶数：看的内容")
SEEN = Text("counted", "计数")
FOLLOWERS = Text("followers", "后继种类")
SHARE = Text("gives", "给出")
HEAD = Text("layer {}, head {}", "第 {} 层头 {}")
GATE_INPUT = Text("layer {}, input", "第 {} 层输入门")
GATE_FORGET = Text("layer {}, forget", "第 {} 层遗忘门")
GATE_CELL = Text("layer {}, new content", "第 {} 层新内容")
GATE_OUTPUT = Text("layer {}, output", "第 {} 层输出门")
ROUND = Text("There and back: prompt → picture → caption → picture", "一去一回：提示词 → 图片 → 说明 → 图片")
ROUND_HELP = Text(
    "A prompt is drawn, the picture is read, and what was read is drawn from the same seed. What is lost on the way?",
    "提示词被画成图片，图片被读成文字，读到的文字再用同一种子画出来。途中丢了什么？",
)
ROUND_PROMPT = Text("Prompt", "提示词")
ROUND_GO = Text("Send it on its way", "出发")
ROUND_WAIT = Text("On its way…", "在路上……")
ROUND_DRAWN = Text("drawn", "画出")
ROUND_READ = Text("read", "读出")
ROUND_REDRAWN = Text("drawn again", "再画出")
ROUND_SCORES = {
    round_trip.FIT: Text("picture and prompt", "图片与提示词"),
    round_trip.READ: Text("picture and caption", "图片与说明"),
    round_trip.BACK: Text("second picture and prompt", "第二张图片与提示词"),
    round_trip.ALIKE: Text("both pictures", "两张图片"),
}
MATRIX = Text("Your pictures against each other's prompts", "您的图片与各自提示词的对照矩阵")
MATRIX_HELP = Text(
    "What contrastive learning looks at: how near each picture (row) lies to each prompt (column), a cosine. The "
    "framed diagonal belongs together; green where it wins its row.",
    "对比学习所看的矩阵：每张图片（行）与每条提示词（列）有多接近（余弦）。加框的对角线是本该配对的；赢得该行时为绿色。",
)
MATRIX_LOAD = Text("Take my latest pictures", "取我最近的图片")
MATRIX_TOO_FEW = Text(
    "Draw at least two different prompts in Text → Image first.", "请先在“文字 → 图片”中画至少两条不同的提示词。"
)
