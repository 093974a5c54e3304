"""What forms say beside their fields' labels."""

from playground.language import Text

CHECKPOINT = Text("Checkpoint", "检查点")
CHECKPOINT_HELP = Text("The trained weights that make the picture.", "用来生成图片的训练权重。")
CHECKPOINT_AWAY = Text("{} (download {})", "{}（下载 {}）")
TO_DOWNLOAD = Text("{} to download", "需下载 {}")
GATED = Text("gated: its licence must be accepted on its page", "需先在其页面接受许可")
NEEDS_MEMORY = Text("needs about {:g} GB of memory", "约需 {:g} GB 显存")
DOWNLOAD_IT = Text("Download {}", "下载 {}")
DOWNLOAD_CANCEL = Text("Cancel the download", "取消下载")
DOWNLOADED = Text("Downloaded and checked; press Generate.", "已下载并校验；请点击“生成”。")
DOWNLOAD_STOPPED = Text(
    "Download cancelled. What has arrived is kept; press Download to go on.",
    "下载已取消。已收到的部分会保留；再次点击下载即可继续。",
)
FOLLOW = Text("Draft while I type or drag", "输入或拖动时实时出草图")
FOLLOW_SLOW = Text("A draft takes too long with this checkpoint on this machine.", "该检查点在本机上出草图太慢。")
GENERATE = Text("Generate", "生成")
STOP = Text("Stop", "停止")
DIE = Text("Random", "随机")
LOCK = Text("Keep the seed", "锁定种子")
EXAMPLES = Text("One click away", "一键示例")
ADVANCED = Text("Advanced", "高级")
MOTION_CHIPS = Text("Add a motion", "添加动作")
TOKENS = Text("{} of {} tokens.", "已用 {} / {} 个词元。")
TOKENS_LEFT_OUT = Text("{} of {} tokens; not read: “{}”.", "已用 {} / {} 个词元；没读到：“{}”。")
TOKENS_IN_PARTS = Text("Read in {} parts.", "分 {} 段读取。")
LEFT_EMPTY = Text("Left out, as it says nothing here: {}.", "以下文字在此没有作用，已略去：{}。")
HARDLY_KNOWN = Text("This checkpoint hardly knows “{}”.", "该检查点不太认识“{}”。")
UNDO = Text("Undo", "撤销")
CLEAR = Text("Clear", "清除")
REDO = Text("Redo", "重做")
BRUSH = Text("Brush", "画笔")
FILL = Text("Fill", "填充")
ERASER = Text("Eraser", "橡皮")
COLOUR = Text("Colour", "颜色")
OTHER_COLOUR = Text("Another colour", "其他颜色")
SIZE = Text("Brush size", "画笔大小")
PAINT = Text("Paint", "绘画")
PAINT_MASK = Text("Paint the mask", "涂抹遮罩")
CHOOSE_PICTURE = Text("… or choose a picture", "……或选择图片")
DRAW_BUTTON = Text("Read and rewrite it", "识别并改写")
MORE = Text("More ways to use it", "更多玩法")
SECONDS_LEFT = Text("{} s left", "剩余 {} 秒")
CHOICES = Text("{}: choices", "{}：选项")
WAND = Text("Suggest prompts", "提示词建议")
WAND_HELP = Text(
    "A small language model writes on from your prompt; what you take stays yours to change.",
    "一个小语言模型会接着您的提示词往下写；采用之后仍可修改。",
)
NO_OFFER = Text(
    "The prompt writer has no idea how this goes on: write fewer or plainer words.",
    "提示词写手不知道怎么往下写：请换更少或更常见的词。",
)
NO_WRITER = Text("There is no language model here that could write a prompt.", "这里没有可以写提示词的语言模型。")
START_FROM = Text("Start from:", "从这里开始：")
FROM_WORDS = Text("words", "文字")
FROM_PICTURE = Text("a picture", "图片")
UNSURE = Text("the size is an estimate", "大小为估计值")
