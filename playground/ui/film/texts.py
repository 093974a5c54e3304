"""What the film of a forming picture says."""

from playground.language import Text

FILM = Text("Watch it form, step by step", "逐步观看形成过程")
FILM_FIRST = Text("Generate a picture first; its steps appear here.", "请先生成一张图片，这里会显示它的每一步。")
FILM_WAIT = Text("The steps are decoded…", "正在解码每一步……")
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
LENS = Text("Point at a word: where it acts", "指向一个词：它作用在哪里")
CLIP_FILM = Text("Watch the clip form; see which frames look at which", "观看片段如何形成；看哪些帧在看哪些帧")
CLIP_FIRST = Text("Generate a clip first; its steps appear here.", "请先生成一个片段，这里会显示它的每一步。")
CLIP_WAIT = Text(
    "The clip is made once more while its steps and its attention are watched…",
    "正在重新生成该片段，并观察每一步和注意力……",
)
CLIP_SHEET = Text(
    "What the model believes the clip to be: time goes across, denoising goes down.",
    "模型所相信的片段：横向为时间，纵向为去噪过程。",
)
CLIP_POINT = Text(
    "Click a place of a frame: at which frames does it look from there? Arrow keys move the place.",
    "点击某一帧中的位置：从那里它看向哪些帧？方向键可移动位置。",
)
CLIP_STEP, CLIP_FRAME = Text("Step {}", "第 {} 步"), Text("Frame {}", "第 {} 帧")
CLIP_PICK_STEP, CLIP_PICK_FRAME = Text("Step", "步"), Text("Frame", "帧")
CLIP_ACROSS, CLIP_DOWN = Text("Across, %", "横向，%"), Text("Down, %", "纵向，%")
CLIP_LEVEL = Text("Layers", "层")
CLIP_LEVEL_OF = Text("{} × {} places", "{} × {} 个位置")
CLIP_LOOKS = Text(
    "From this place frame {} looks at frame {} most ({} %), at itself with {} %. Bars: all frames; framed is itself.",
    "在此位置，第 {} 帧最多看第 {} 帧（{}%），看自己占 {}%。柱形为所有帧，加框的是它自己。",
)
CLIP_MATRIX = Text(
    "All frames: a row looks, a column is looked at; the stronger the colour, the more.",
    "所有帧：行是看的一方，列是被看的一方；颜色越深，看得越多。",
)
