"""What the page says around the families."""

from playground.language import Text

TITLE = Text("Conditional generation playground", "条件生成游乐场")
TAGLINE = Text(
    "Many kinds of generators, one vocabulary: condition, strength, noise, steps.",
    "多种生成模型，同一套词汇：条件、强度、噪声、步数。",
)
LANGUAGE = Text("Language", "语言")
CLOSE = Text("Close", "关闭")
STARTING = Text("Starting: the models load behind this page.", "正在启动：模型正在后台加载。")
AWAY = Text("The server does not answer; trying again.", "服务器没有响应；正在重试。")
MODES = {
    "compiling": Text("{} (compiling: its first picture takes longer)", "{}（正在编译：第一张图会慢一些）"),
    "model_offload": Text("{} (one network at a time)", "{}（逐个网络载入）"),
    "float8_offload": Text("{} (one network at a time, in 8 bits)", "{}（逐个网络载入，8 位）"),
    "sequential_offload": Text("{} (one layer at a time)", "{}（逐层载入）"),
}
LOADED = Text("loaded: {}", "已加载：{}")
LOADED_MANY = Text("{} checkpoints loaded", "已加载 {} 个检查点")
MEMORY = Text("{:.0f} GB", "{:.0f} GB")
RESTORE = Text("Restore from a file", "从文件恢复")
STATES = {
    "ready": Text("ready", "空闲"),
    "busy": Text("busy", "忙碌"),
    "starting": Text("starting", "正在启动"),
}
BACK_IN = Text("its worker {}; back in {} s", "工作进程{}；{} 秒后恢复")
