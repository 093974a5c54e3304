"""What is said about files and links that bring settings back."""

from playground.language import Text

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
MAKE_AGAIN = Text("Make it again", "重新生成并核对")
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
IGNORED = Text("Some of this link was ignored: {}", "链接中的部分内容已忽略：{}")
NO_SUCH_TAB = Text("there is no tab {!r}.", "没有标签页 {!r}。")
NO_SUCH_FIELD = Text("{} has no setting {!r}.", "{}没有设置 {!r}。")
