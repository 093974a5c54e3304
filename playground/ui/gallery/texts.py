"""What the gallery says."""

from playground.language import Text

GALLERY = Text("Gallery", "图库")
SEARCH = Text("Search", "搜索")
SEARCH_HINT = Text("prompt, class, seed…", "提示词、类别、种子……")
FAMILY = Text("Family", "模型家族")
CHECKPOINT = Text("Checkpoint", "检查点")
SINCE = Text("Made", "生成时间")
ANY = Text("any", "不限")
TODAY = Text("last 24 hours", "最近 24 小时")
WEEK = Text("last 7 days", "最近 7 天")
MONTH = Text("last 30 days", "最近 30 天")
FAVOURITES = Text("Only favourites", "只看收藏")
EMPTY = Text("Nothing here yet. Whatever you generate is kept here.", "这里还没有内容。您生成的一切都会保存在这里。")
NOTHING_FOUND = Text("Nothing found. Try fewer words or filters.", "没有找到。请减少搜索词或筛选条件。")
COUNT = Text("{} results", "{} 个结果")
COUNT_PAGE = Text("{} results · page {} of {}", "{} 个结果 · 第 {} / {} 页")
REMOVED = Text(
    "The gallery holds {:g} GB: {} of your oldest results without a star made room.",
    "图库上限 {0:g} GB：已移除您最早的 {1} 个未收藏结果以腾出空间。",
)
SHARED = Text(
    "This gallery is shared: everybody here sees what you make.", "这是共享图库：这里的每个人都能看到您生成的内容。"
)
NEWER = Text("← Newer", "← 较新")
OLDER = Text("Older →", "较早 →")
CHOOSE = Text("Choose", "选择")
CURTAIN = Text("First or second", "第一个或第二个")
STAR = Text("Favourite", "收藏")
OPEN = Text("Open", "打开")
CHOSEN = Text("{} chosen", "已选 {} 个")
NOTHING_CHOSEN = Text("Choose results with the box in their corner first.", "请先勾选结果角上的方框。")
CHOOSE_TWO = Text("Choose two results with the box in their corner first.", "请先勾选两个结果角上的方框。")
HAND_OUT_ZIP = Text("Hand out: zip", "打包：zip")
HAND_OUT_PAGE = Text("Hand out: one page", "打包：单个网页")
COMPARE = Text("Compare two", "比较两个")
CLEAR_CHOICE = Text("Choose none", "取消选择")
TOO_LARGE = Text(
    "The chosen files are {:.0f} MB; a hand-out holds at most {:.0f} MB. Choose fewer.",
    "所选文件共 {:.0f} MB，打包上限为 {:.0f} MB。请少选一些。",
)
TOO_MANY = Text("A hand-out holds at most {} results; you chose {}.", "一次最多打包 {} 个结果；您选了 {} 个。")
DETAIL_HINT = Text("Click on a picture to see it large, with its settings.", "点击图片查看大图和设置。")
SEND_BACK = Text("Settings back to its tab", "把设置送回标签页")
MAKE_AGAIN = Text("Make it again", "重新生成并核对")
STAR_ON = Text("☆ Favourite", "☆ 收藏")
STAR_OFF = Text("★ Favourite", "★ 已收藏")
DELETE = Text("Delete", "删除")
UNDO = Text("Undo delete", "撤销删除")
DELETED = Text("Deleted; it can come back for a day.", "已删除；一天之内可以恢复。")
NOT_YOURS = Text(
    "Another visitor made this: it can be looked at, not changed.", "这是其他访客的作品：可以查看，不能修改。"
)
TASK = Text("Made with", "生成方式")
SEED = Text("Seed", "种子")
SEEDS = Text("Seeds", "种子")
DEVICE = Text("Device", "设备")
SECONDS = Text("Seconds", "秒数")
MADE_AT = Text("Made at", "时间")
NONE = Text("none", "无")
DRAWING = Text("a drawing", "一幅手绘")
SAME_SETTINGS = Text("The settings are the same.", "设置完全相同。")
HAND_OUT_TITLE = Text("Made in the conditional generation playground", "用条件生成游乐场制作")
CODE = Text("Python lines", "Python 代码")
NO_FILES = Text("Its files are gone from the outputs folder.", "它的文件已不在输出文件夹中。")
BIT_EQUAL = Text(
    "Made again: bit-equal. Every pixel is the same ({} compared).",
    "已重新生成：逐位相同，所有像素完全一致（比较了 {} 个文件）。",
)
DIFFERS = Text(
    "Made again: the largest pixel difference is {} of 255. {}", "已重新生成：最大像素差为 {}（满分 255）。{}"
)
OTHER_FORM = Text("Made again, but it has another size or number of frames. {}", "已重新生成，但尺寸或帧数不同。{}")
BECAUSE = Text("The reason: {}.", "原因：{}。")
NO_REASON = Text(
    "Device, dtype and versions are the same: the batch it was made in is not known, or its file was changed.",
    "设备、精度和版本都相同：可能不清楚它当时所在的批次，或文件被修改过。",
)
WAS_DEVICE = Text("made on {}, now {}", "当时的设备是 {}，现在是 {}")
WAS_DTYPE = Text("computed in {}, now in {}", "当时的计算精度是 {}，现在是 {}")
WAS_VERSION = Text("{} was {}, now {}", "{} 当时的版本是 {}，现在是 {}")
WAS_REVISION = Text("the checkpoint was in state {}, now in {}", "检查点当时的状态是 {}，现在是 {}")
DROPPED = Text("Restored from {}.", "已从 {} 恢复。")
FOREIGN = Text(
    "Settings restored from another program's file; press Generate.", "已从其他程序的文件恢复设置；请点击“生成”。"
)
FOREIGN_CHANGED = Text("Brought into range: {}.", "已调整到允许的范围：{}。")
FOREIGN_SAMPLER = Text(
    "The sampler {} is not known here; the chosen scheduler stays.", "这里没有采样器 {}；保留当前调度器。"
)
FOREIGN_MODEL = Text(
    "It was made with the model {}: ours draws something else.", "原图使用模型 {}：这里的模型会画出不同的图。"
)
