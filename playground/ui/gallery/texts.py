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
MEANING = Text("By meaning", "按含义")
MORE_LIKE_THIS = Text("More like this", "更多类似的")
BY_MEANING = Text("The {} nearest, the nearest first", "最接近的 {} 个，由近及远")
NOT_LOOKED_AT = Text(
    "Nothing was looked at yet: results are looked at behind the scenes, shortly after they are made.",
    "还没有可按含义搜索的结果：结果会在生成后不久于后台编入。",
)
MAP = Text("Map of meaning", "含义地图")
MAP_HINT = Text(
    "Drag to move, scroll or press + and − to come nearer, click a picture to open it.",
    "拖动移动，滚动或按 + 与 − 缩放，点击图片打开。",
)
MAP_WORDS = Text("Words on the map, one a line", "地图上的词语，每行一个")
MAP_SUM = Text("Word arithmetic", "词语算术")
MAP_FIND = Text("Find the nearest pictures", "查找最接近的图片")
MAP_NEARER = Text("Nearer", "放大")
MAP_FARTHER = Text("Farther", "缩小")
MAP_SAID = Text(
    "{0} pictures. What is alike lies together; the two axes are where pictures differ most "
    "({1:.0%} and {2:.0%} of the variance).",
    "{0} 张图片。相似的靠在一起；两条轴是图片差异最大的方向（分别占方差的 {1:.0%} 和 {2:.0%}）。",
)
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
WHERE_FROM = Text("Where does this come from? Choose or drop a file", "这个文件从哪里来？选择或拖入文件")
MADE_HERE = Text(
    "Its settings say that this program made it: {} with {}{}.", "其中的设置表明由本程序生成：{}，检查点 {}{}。"
)
WITH_SEED = Text(", seed {}", "，种子 {}")
MADE_ELSEWHERE = Text(
    "Its settings say that another image generator made it, with the model {}, from the words “{}”.",
    "其中的设置表明由其他图像生成程序生成：模型 {}，提示词“{}”。",
)
IPTC_GENERATED = Text(
    "It is marked as made by a trained model (IPTC DigitalSourceType: trainedAlgorithmicMedia).",
    "带有“由训练模型生成”的标记（IPTC DigitalSourceType：trainedAlgorithmicMedia）。",
)
IPTC_OTHER = Text("Its IPTC DigitalSourceType is {}.", "其 IPTC DigitalSourceType 为 {}。")
LABELS = {
    "1": Text("generated by AI", "人工智能生成"),
    "2": Text("possibly generated by AI", "可能为人工智能生成"),
    "3": Text("suspected to be generated by AI", "疑似人工智能生成"),
}
GB_LABEL = Text(
    "It carries China's label (GB 45438-2025): {}; producer {}, content {}.",
    "带有中国标识（GB 45438-2025）：{}；生成服务 {}，内容编号 {}。",
)
C2PA = Text(
    "It holds a C2PA manifest (Content Credentials); whether that is valid is not checked here.",
    "含有 C2PA 清单（内容凭证）；此处不验证其有效性。",
)
SAYS_NOTHING = Text("This is {} that says nothing of where it comes from.", "收到的是{}，其中没有任何来源信息。")
PROVES_NOTHING = Text(
    "That proves nothing: screenshots, chat apps and editors remove such marks, and most photographs never had any.",
    "这不能证明什么：截图、聊天软件和编辑器会去掉这类标记，而多数照片本来就没有。",
)
MAY_BE_FALSE = Text(
    "This is what the file says of itself: such marks can be copied and forged.",
    "以上是文件自己的说法：这类标记可以被复制和伪造。",
)
