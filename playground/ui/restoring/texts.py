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
CHANGED = Text("Brought into range: {}.", "已调整到允许的范围：{}。")
NEAREST_SIZE = Text(
    "The size {} became {}, the nearest that this checkpoint can make.", "尺寸 {} 已改为该检查点能生成的最接近尺寸 {}。"
)
SEED_TOO_LARGE = Text(
    "{} {} is above {:,}, the largest here, so that picture cannot be made again: a random one is drawn.",
    "{} {} 超过这里的上限 {:,}，无法重现那张图片：将随机抽取一个。",
)
CUT = Text("{0}: the last {1:,} of {2:,} characters were left out.", "{0}：共 {2:,} 个字符，末尾 {1:,} 个未采用。")
PASTE_CUT = Text(
    "{} characters did not fit and were left out; the field takes {}.", "有 {} 个字符放不下，已略去；该字段最多 {} 个。"
)
DROPPED_SETTINGS = Text("Not possible with this checkpoint, so as usual: {}.", "该检查点无法采用，已恢复默认：{}。")
NOT_TAKEN = Text("Not known here, and left out: {}.", "这里没有、已略去：{}。")
NO_SUCH_LORA = Text(
    "Taken out of the prompt, as it is not here or one is on: LoRA {}.",
    "已从提示词中移除（不在此处，或已有一个）：LoRA {}。",
)
FOREIGN_SAMPLER = Text("The sampler {} is not known here; {} is used.", "这里没有采样器 {}；改用 {}。")
FOREIGN_MODEL = Text(
    "It was made with the model {}: ours draws something else.", "原图使用模型 {}：这里的模型会画出不同的图。"
)
IGNORED = Text("Some of this link was ignored: {}", "链接中的部分内容已忽略：{}")
NO_SUCH_TAB = Text("there is no tab {!r}.", "没有标签页 {!r}。")
NO_SUCH_FIELD = Text("{} has no setting {!r}.", "{}没有设置 {!r}。")
