"""What single tabs say beside their families' own words."""

from playground.language import Text

MAP_CLICK = Text(
    "Click on the map: that point of the latent plane is written out.", "点击地图：写出隐空间平面上的那一点。"
)
