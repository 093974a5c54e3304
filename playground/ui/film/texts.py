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
