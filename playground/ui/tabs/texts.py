"""What single tabs say beside their families' own words."""

from playground.language import Text

MAP_CLICK = Text(
    "Click on the map: that point of the latent plane is written out.", "点击地图：写出隐空间平面上的那一点。"
)
SKETCH = Text("Sketch → Image", "手绘 → 图片")
SKETCH_CHECKPOINT = Text(
    "Made by the checkpoint that is chosen in Text → Image.", "使用“文字 → 图片”中选择的检查点。"
)
STRENGTHS = Text(
    "Takes the drawing and the settings of the first panel, and makes it at strengths 0.2, 0.4, 0.6, 0.8 and 1 with "
    "one seed.",
    "使用第一个面板的手绘和设置，以同一种子生成重绘强度 0.2、0.4、0.6、0.8 和 1 的结果。",
)
