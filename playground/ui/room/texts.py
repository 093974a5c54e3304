"""What the room says."""

from playground.language import Text

YOU = Text("{} · {} here", "{} · 共 {} 人")
TO_WALL = Text("Put on the wall", "放到展示墙")
ON_WALL = Text("On the wall · take down", "已上墙 · 取下")
PUT_UP = Text("It is on the wall.", "已放到展示墙上。")
NOT_MADE = Text("Press Generate first: only kept results go to the wall.", "请先点击“生成”：只有保存的结果才能上墙。")
PANEL = Text("Host's panel", "主持面板")
PRESENT = Text("Open the wall (projector)", "打开展示墙（投影）")
CLOSE_PANEL = Text("Close", "关闭")
ADDRESS = Text("Guests come to", "访客地址")
CODE = Text("Room code", "房间码")
PEOPLE = Text("People", "人员")
JOBS = Text("Jobs", "任务")
LIMITS = Text("Limits for each guest", "每位访客的限制")
LIMITS_HELP = Text("0 sets no limit. They count from now on.", "0 表示不限。即刻生效。")
NO_JOBS = Text("Nobody waits for anything.", "目前没有任务。")
END = Text("End", "结束")
END_ALL = Text("End all jobs", "结束所有任务")
SEND_OUT = Text("Send out", "请出")
CLOSE_ROOM = Text("Close the room", "关闭房间")
CLOSE_SURE = Text("Really close? Everybody's jobs end.", "确定关闭？所有任务都会结束。")
CLOSED = Text("The room is closed.", "房间已关闭。")
HOST = Text("host", "主持人")
AWAY = Text("away", "离开")
HERE = Text("here", "在线")
SET = Text("Set", "设定")
GUESTS = Text("People in the room", "房间人数")
JOBS_EACH = Text("Jobs waiting", "排队任务")
STEPS = Text("Steps", "步数")
PICTURES = Text("Pictures", "图片数")
FRAMES = Text("Frames of a clip", "视频帧数")
TABS = Text("Tabs offered", "开放的标签页")
CHECKPOINTS = Text("Checkpoints offered", "开放的检查点")
ALL = Text("All", "全部")
WALL_ZIP = Text("Wall as zip", "展示墙 zip")
WALL_PAGE = Text("Wall as one page", "展示墙单页")
CHECK = Text("Check this machine", "检查本机")
CHECKING = Text("Looking …", "正在检查……")
CHECKED_ALREADY = Text("It is looked at already.", "正在检查中。")
MEMORY = Text("How large models are kept on a GPU", "大模型在 GPU 上的存放方式")
MEMORY_SET = Text("The workers start again with {}.", "工作进程将以 {} 方式重新启动。")
WAITS = Text("place {} in the queue", "排在第 {} 位")
RUNS = Text("step {} of {}", "第 {} / {} 步")
STARTS = Text("starts", "即将开始")
NAME = Text("Your name in the room", "您在房间里的名字")
RENAME = Text("Change my name", "改名")
WALL_TITLE = Text("The wall", "展示墙")

JOIN = {
    "title": Text("Come in", "进入房间"),
    "code": Text("Room code", "房间码"),
    "code_help": Text("It stands on the whiteboard.", "写在白板上。"),
    "name": Text("Your name", "您的名字"),
    "name_help": Text("As you like to be called. No account.", "随您喜欢，无需账号。"),
    "enter": Text("Come in", "进入"),
    "closed": Text("The room is closed.", "房间已关闭。"),
    "away": Text("The playground does not answer. Try again.", "服务器没有响应，请重试。"),
}
SHOW = {
    "title": Text("The wall", "展示墙"),
    "empty": Text("Nothing on the wall yet", "展示墙还是空的"),
    "here": Text("{} here", "共 {} 人"),
    "code": Text("Code", "房间码"),
    "paused": Text("Paused", "已暂停"),
    "lost": Text("The playground does not answer; trying again.", "服务器没有响应，正在重试。"),
    "sure": Text("Press C again to clear the wall", "再按一次 C 清空展示墙"),
    "keys": Text(
        "← → pick · Enter large · Esc back · P pause · H hide · N names · G guess · T live tab (I: with the mouse) · "
        "Q code · C C clear · PgUp PgDn lesson · L language · ? keys",
        "← → 选择 · Enter 放大 · Esc 返回 · P 暂停 · H 隐藏 · N 名字 · G 猜一猜 · T 实时标签页（I：允许鼠标） · "
        "Q 房间码 · C C 清空 · PgUp PgDn 课程 · L 语言 · ? 按键",
    ),
}
