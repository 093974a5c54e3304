"""What the page says around the families."""

from playground.language import Text

TITLE = Text("Conditional generation playground", "条件生成游乐场")
TAGLINE = Text(
    "Four families of generators, one vocabulary: condition, strength, noise, steps.",
    "四类生成模型，同一套词汇：条件、强度、噪声、步数。",
)
LANGUAGE = Text("Language", "语言")
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
GENERATE = Text("Generate", "生成")
STOP = Text("Stop", "停止")
DIE = Text("Random", "随机")
LOCK = Text("Keep the seed", "锁定种子")
EXAMPLES = Text("One click away", "一键示例")
MORE = Text("More ways to use it", "更多玩法")
ADVANCED = Text("Advanced", "高级")
CODE = Text("Python lines that make exactly this", "生成同样结果的 Python 代码")
REPORT = Text("Everything about this result", "本次结果的全部信息")
HOW = Text("How it works", "工作原理")

STARTING = Text("Starting: the models load behind this page.", "正在启动：模型正在后台加载。")
READY = Text("ready", "就绪")
MODES = {
    "model_offload": Text("{} (one network at a time)", "{}（逐个网络载入）"),
    "float8_offload": Text("{} (one network at a time, in 8 bits)", "{}（逐个网络载入，8 位）"),
    "sequential_offload": Text("{} (one layer at a time)", "{}（逐层载入）"),
}
LOADED = Text("loaded: {}", "已加载：{}")
MEMORY = Text("{:.0f} GB", "{:.0f} GB")

QUEUED = Text("Waiting: place {}", "排队中：第 {} 位")
QUEUED_SECONDS = Text("Waiting: place {}, about {} s", "排队中：第 {} 位，约 {} 秒")
LOADING = Text("Loading {}…", "正在加载 {}…")
STEP = Text("Step {} of {}", "第 {} / {} 步")
SAMPLES_DONE = Text("{} of {} done", "已完成 {} / {}")
SECONDS_LEFT = Text("{} s left", "剩余 {} 秒")
STOPPED = Text("Stopped. What was made before is kept.", "已停止。之前的结果都保留着。")
DONE = Text("seed {} · {:.2f} s on {} · {}", "种子 {} · {:.2f} 秒 · {} · {}")
DONE_NO_SEED = Text("{:.2f} s on {} · {}", "{:.2f} 秒 · {} · {}")
FIRST = Text("seed {} · {:.1f} s, made when the app started", "种子 {} · {:.1f} 秒，程序启动时生成")
FIRST_CLIP = Text(
    "seed {} · {:.1f} s, made when this tab was first opened; press Generate for files of your own",
    "种子 {} · {:.1f} 秒，首次打开此标签页时生成；点击“生成”可得到自己的文件",
)
LIVE = Text("live · seed {} · {:.0f} ms", "实时 · 种子 {} · {:.0f} 毫秒")
DOWNLOAD = Text("Download", "下载")
LARGE = Text("Large (PNG)", "大图（PNG）")
COPY_LINK = Text("Copy link", "复制链接")
COPIED = Text("Copied", "已复制")
PRESS = Text("Press Generate to keep this picture as a file.", "点击“生成”可将图片保存为文件。")
NOT_SAVED = Text("Shown but not saved: {}", "已显示但未保存：{}")
EMPTY = Text("Your picture appears here.", "图片将显示在这里。")
EMPTY_CLIP = Text(
    "Your clip appears here, looping. You watch it form, and can save it as MP4, GIF or WebP.",
    "片段会在这里循环播放。您可以看着它形成，并保存为 MP4、GIF 或 WebP。",
)
MOTION_CHIPS = Text("Add a motion", "添加动作")
WEIGHTS_MAKE = Text("Make the three clips", "生成三个片段")
WEIGHTS_HELP = Text(
    "The settings and the seed of the form above, three times: with the motion modules' weight at 0, ½ and 1.",
    "使用上方表单的设置和种子生成三次：运动模块的权重分别为 0、½ 和 1。",
)

RESTORE = Text("Restore from a file", "从文件恢复")
RESTORED = Text(
    "Settings restored from the file; press Generate to make it again.",
    "已从文件恢复设置；点击“生成”即可重现。",
)
UNKNOWN_TASK = Text(
    "This file was made by {}, which this playground does not have.",
    "该文件由 {} 生成，当前应用没有这个功能。",
)
NO_SUCH_CHECKPOINT = Text(
    "Its checkpoint {} is not here; the first one is chosen.", "其检查点 {} 不在此处；已选择第一个。"
)
MAP_CLICK = Text(
    "Click on the map: that point of the latent plane is written out.", "点击地图：写出隐空间平面上的那一点。"
)
TOKENS = Text("{} of {} tokens.", "已用 {} / {} 个词元。")
TOKENS_LEFT_OUT = Text("{} of {} tokens; not read: “{}”.", "已用 {} / {} 个词元；没读到：“{}”。")
FILM = Text("Watch it form, step by step", "逐步观看形成过程")
FILM_FIRST = Text("Generate a picture first; its steps appear here.", "请先生成一张图片，这里会显示它的每一步。")
FILM_NOISY = Text("what the model sees", "模型看到的")
FILM_WITHOUT = Text("what it believes without the words", "没有文字时它相信的")
FILM_WORDS = Text("with the words (unguided)", "有文字时（无引导）")
FILM_GUIDED = Text("guided: where the next step goes", "引导后：下一步的方向")
FILM_STEP = Text(
    "Step {} of {} · {} % noise · the words move the prediction by {} %, guidance makes that {} %",
    "第 {} / {} 步 · 噪声 {}% · 文字使预测改变 {}%，引导将其放大到 {}%",
)
FILM_PLAY = Text("Play", "播放")
FILM_SCRUB = Text("Step", "步")
CLEAR = Text("Clear", "清除")
CHOOSE_PICTURE = Text("… or choose a picture", "……或选择图片")
DRAW_BUTTON = Text("Read and rewrite it", "识别并改写")
