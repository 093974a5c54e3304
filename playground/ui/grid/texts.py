"""What the page says about grids, variations and the links that bring settings back."""

from playground.language import Text

GRID = Text("Grid: compare along two or three controls", "网格：沿两三个控件比较")
GRID_HELP = Text(
    "Everything else stays as in the form above. Numbers: `0, 0.5, 1`, `1..10 step 3` or `1-9 [5]`. Names: separated "
    "by commas, or `all`. Prompts: one a line, `apple => pear, banana` to replace words, `{red|blue} apple` for "
    'alternatives. What holds a comma goes in quotes: `cat => "dog, small pig", cow`.',
    "其余设置与上方表单相同。数字：`0, 0.5, 1`、`1..10 step 3` 或 `1-9 [5]`。名称：用逗号分隔，或写“全部”。"
    "提示词：每行一条；`apple => pear, banana` 表示替换；`{red|blue} apple` 表示候选词。"
    '含逗号的内容请加引号：`cat => "dog, small pig", cow`。',
)
COLUMNS = Text("Columns", "列")
ROWS = Text("Rows", "行")
TABLES = Text("Tables", "表")
VALUES = Text("Values", "取值")
NO_AXIS = Text("(none)", "（无）")
MAKE = Text("Make the grid", "生成网格")
STOP_GRID = Text("Stop the grid", "停止网格")
GO_ON = Text("Make what was left out", "补上未生成的")
PROGRESS = Text("{} of {} done", "已完成 {} / {}")
LEFT = Text("{} s left", "剩余 {} 秒")
FINISHED = Text("{} of {} done · {} different ones", "已完成 {} / {} · 其中 {} 个各不相同")
PAUSED = Text("writing the files…", "正在写入文件……")
CELL = Text("Show this one and take its settings", "显示它并采用其设置")
CANCEL_CELL = Text("Leave this one out", "不生成这个")
STOPPED_CELL = Text("left out", "未生成")
LABELLED = Text("Labelled grid (PNG)", "带标签的网格（PNG）")
ALL_FILES = Text("All files (ZIP)", "所有文件（ZIP）")
GONE = Text(
    "This grid is no longer here: grids are kept for an hour. Make it again.",
    "这个网格已不在：网格只保留一小时。请重新生成。",
)
TAKEN = Text("Its settings are in the form; the seed is kept.", "其设置已填入表单，种子已锁定。")

NEIGHBOURS = Text("4 neighbours", "4 个相邻变体")
DISTANCE = Text("How far off", "相距多远")

IGNORED = Text("Some of this link was ignored: {}", "链接中的部分内容已忽略：{}")
NO_SUCH_TAB = Text("there is no tab {!r}.", "没有标签页 {!r}。")
NO_SUCH_FIELD = Text("{} has no setting {!r}.", "{}没有设置 {!r}。")
