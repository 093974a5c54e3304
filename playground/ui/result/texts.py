"""What is said about a job, its result and its files."""

from playground.language import Text

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
DRAFT = Text(
    "draft · {} steps · seed {} · {:.0f} ms; Generate makes it in full",
    "草图 · {} 步 · 种子 {} · {:.0f} 毫秒；点击“生成”得到完整图片",
)
TO_SKETCH = Text("Send to sketch", "送到手绘")
TO_WORDS = Text("Send to Words", "送到“文字”")
LOOKED_AT = Text("The picture, and where the model looked", "图片，以及模型所看的位置")
TOKEN_HINT = Text("Point at a word or tap it: what else it might have been.", "指向或点按一个词：它还可能是什么。")
PLACE_HINT = Text(
    "Point at a word or tap it: what else it might have been, and where in the picture the model looked.",
    "指向或点按一个词：它还可能是什么，以及模型看了图片的哪里。",
)
BEAMS = Text("Other beams", "其他候选")
ANIMATE = Text("Animate this", "让它动起来")
DOWNLOAD = Text("Download", "下载")
LARGE = Text("Large (PNG)", "大图（PNG）")
COPY_LINK = Text("Copy link", "复制链接")
COPIED = Text("Copied", "已复制")
COPY_YOURSELF = Text("Copying is not possible here: copy it yourself.", "此处无法自动复制：请手动复制。")
NOT_SAVED = Text("Shown but not saved: {}", "已显示但未保存：{}")
EMPTY = Text("Your picture appears here.", "图片将显示在这里。")
EMPTY_CLIP = Text(
    "Your clip appears here, looping. You watch it form, and can save it as MP4, GIF or WebP.",
    "片段会在这里循环播放。您可以看着它形成，并保存为 MP4、GIF 或 WebP。",
)
EMPTY_TEXT = Text("Your text appears here.", "文字将显示在这里。")
EMPTY_SCORES = Text(
    "Your figures appear here and fill while they are measured.", "数值将显示在这里，并随测量逐步填充。"
)
EMPTY_COMPARISON = Text(
    "All generators appear here side by side. You watch the same condition become a picture in each one's own way.",
    "所有生成器会并排显示在这里。您可以看着同一个条件以各自的方式变成图片。",
)
GENERATOR = Text("Generator", "生成器")
FORMING = Text("{} in the making", "{}：正在形成")
SAMPLES_OF = Text("Samples: {}", "样本：{}")
SCATTER = Text(
    "Quality against diversity: up is precision (how many samples look real), right is recall (how much of what is "
    "real they cover)",
    "质量与多样性：向上是精确率（有多少样本像真的），向右是召回率（覆盖了多少真实情况）",
)
JUDGED = Text(
    "Judged by a classifier of our own that learned from real pictures only, not by Inception-v3, which sees little in "
    "28 × 28 grey pixels: FID and Inception Score compare within this table alone. ± is the spread over bootstraps. "
    "“Real” are held-out pictures that no generator has seen: the row to beat. An arrow tells which way is better.",
    "由我们自己的分类器评判，它只学过真实图片；没有用 Inception-v3，因为它在 28 × 28 的灰度像素里看不出多少东西："
    "FID 和 Inception Score 只能在本表内比较。± 是自助抽样的波动。“真实”是生成器从未见过的留出图片：要超越的标杆。"
    "箭头表示哪个方向更好。",
)
PLAY_OR_PAUSE = Text("Play or pause", "播放或暂停")
FREE = Text("{} · probability {:.0%}", "{} · 概率 {:.0%}")
CODE = Text("Python lines that make exactly this", "生成同样结果的 Python 代码")
REPORT = Text("Everything about this result", "本次结果的全部信息")
PAUSE = Text("Pause", "暂停")
PLAY = Text("Play", "播放")
COPY = Text("Copy", "复制")
NOTHING_YET = Text("Generate something first.", "请先生成一个结果。")
ALL_SETTINGS_TAKEN = Text("Its settings are in the form; the seed is kept.", "其设置已填入表单，种子已锁定。")
COPY_HAPPENED = Text("Copy what happened (for a report of a fault)", "复制发生的情况（用于报告问题）")
FIT = Text("fit {:.2f}", "契合度 {:.2f}")
BEST_FIRST = Text("Best fit first", "最契合的在前")
END = Text("(end)", "（结束）")
SCORES = {
    "perplexity of the given text": Text("perplexity of your text", "您的文本的困惑度"),
    "perplexity of what was written": Text("of what was written", "续写部分的困惑度"),
    "probability of the phrase": Text("probability of the phrase", "整句的概率"),
}
