"""The everyday things that emoji-diffusion must draw first, and the plain words that people say for them.

Emoji labels are exact where people are short: nobody asks for an "automobile" or a "deciduous tree". A line
of the table names a kind; its entries are ``label``, or ``label = English words / Chinese words``; stars mark
what is asked for most, and is shown to the network most often.
"""

from __future__ import annotations

from typing import NamedTuple


class Everyday(NamedTuple):
    """An everyday thing."""

    stars: int
    """0 to 2: how often it is asked for."""
    english: tuple[str, ...]
    chinese: tuple[str, ...]


TABLE = """
animals: **cat face = cat, kitty, kitten, cat head / 猫, 小猫, 猫咪, 喵星人
animals: **dog face = dog, puppy, doggy / 狗, 小狗, 狗狗; **octopus / 八爪鱼; **fish / 鱼; **bird / 鸟, 小鸟
animals: *rabbit face = rabbit, bunny, hare / 兔子, 小兔子; *panda = panda bear / 熊猫
animals: *pig face = pig, piggy, piglet / 猪, 小猪; *frog = toad / 青蛙; *bear = teddy, bear face / 熊
animals: *lion = lion face / 狮子; *tiger face = tiger / 老虎; *fox = fox face / 狐狸; *mouse face = mouse / 老鼠
animals: *cow face = cow / 牛, 奶牛; *chicken = hen / 鸡; *monkey face = monkey / 猴子
animals: *horse face = horse, pony / 马; *unicorn / 独角兽; *penguin / 企鹅; *owl / 猫头鹰
animals: *turtle = tortoise / 乌龟; *snail / 蜗牛; **butterfly / 蝴蝶; *honeybee = bee / 蜜蜂
animals: *whale = big whale / 鲸鱼; *spouting whale = whale / 鲸鱼; *dolphin / 海豚; *crab / 螃蟹
animals: *lady beetle = ladybug, ladybird / 瓢虫; *duck / 鸭子; elephant / 大象; giraffe / 长颈鹿; snake / 蛇
animals: koala / 考拉; hamster / 仓鼠; wolf / 狼; polar bear / 北极熊; tropical fish = goldfish / 热带鱼
animals: blowfish = puffer fish / 河豚; shark / 鲨鱼; spider / 蜘蛛; bug = caterpillar / 毛毛虫
animals: baby chick = chick / 小鸡; hatching chick; front-facing baby chick = chick / 小鸡; T-Rex = dinosaur / 恐龙
animals: sauropod = dinosaur / 恐龙; dragon face = dragon / 龙; crocodile = alligator / 鳄鱼; hedgehog / 刺猬
animals: swan / 天鹅; flamingo / 火烈鸟; parrot / 鹦鹉; eagle / 老鹰; rooster / 公鸡; bat / 蝙蝠; squid / 鱿鱼
animals: shrimp / 虾; lobster / 龙虾; jellyfish / 水母; paw prints = paw / 爪印; ewe = sheep / 绵羊; goat / 山羊
animals: camel / 骆驼; zebra / 斑马; spiral shell = shell / 贝壳; ant / 蚂蚁; raccoon / 浣熊; sloth / 树懒
animals: otter / 水獭; kangaroo / 袋鼠; grinning cat / 笑脸猫
plants: **deciduous tree = tree, green tree / 树, 大树; *evergreen tree = pine tree, fir tree, tree / 松树, 树
plants: *cactus / 仙人掌; *palm tree / 棕榈树; **tulip = flower, red flower / 郁金香, 花; **sunflower / 向日葵
plants: *rose = red rose / 玫瑰; *mushroom / 蘑菇; *cherry blossom = pink flower / 樱花; *hibiscus = flower / 花
plants: *blossom = flower, yellow flower / 花, 小花; *four leaf clover = clover / 四叶草; seedling = sprout / 幼苗
plants: maple leaf / 枫叶; bouquet = flowers / 花束; potted plant / 盆栽; herb
plants: leaf fluttering in wind = leaf, green leaf / 叶子; fallen leaf; sheaf of rice; lotus / 荷花; wilted flower
food: **red apple = apple / 苹果, 红苹果; *green apple / 青苹果; **pizza = slice of pizza, pizza slice / 披萨, 比萨
food: **banana / 香蕉; *strawberry / 草莓; *watermelon / 西瓜; *grapes = grape / 葡萄; *cherries = cherry / 樱桃
food: *lemon / 柠檬; *pear / 梨; *peach / 桃子; *pineapple / 菠萝; *tangerine = orange, mandarin / 橘子, 橙子
food: *carrot / 胡萝卜; *tomato = red tomato / 西红柿, 番茄; *hamburger = burger / 汉堡
food: *french fries = fries, chips / 薯条; *birthday cake = cake / 蛋糕, 生日蛋糕; *ice cream / 冰淇淋
food: *soft ice cream = ice cream, ice cream cone / 冰淇淋, 甜筒; *doughnut = donut / 甜甜圈; *cookie / 饼干
food: *bread = loaf / 面包; *hot beverage = coffee, cup of coffee, tea / 咖啡, 茶; *egg / 鸡蛋
food: *cheese wedge = cheese / 奶酪; *shortcake = cake / 蛋糕; *eggplant = aubergine / 茄子; *avocado / 牛油果
food: *ear of corn = corn / 玉米; cooking = fried egg / 煎蛋; hot dog / 热狗; kiwi fruit = kiwi / 猕猴桃
food: mango / 芒果; melon / 甜瓜; blueberries / 蓝莓; coconut / 椰子; broccoli / 西兰花; onion / 洋葱; potato / 土豆
food: hot pepper = chili / 辣椒; cucumber / 黄瓜; garlic / 大蒜; croissant / 牛角包; pretzel; bagel; pancakes
food: waffle; poultry leg = chicken leg / 鸡腿; meat on bone = meat / 肉; sandwich / 三明治; taco
food: steaming bowl = noodles, soup / 面条; spaghetti / 意大利面; sushi / 寿司; rice ball / 饭团
food: cooked rice = rice / 米饭; dumpling / 饺子; cupcake / 纸杯蛋糕; pie; chocolate bar = chocolate / 巧克力
food: candy = sweet / 糖果; lollipop / 棒棒糖; honey pot = honey; glass of milk = milk / 牛奶
food: beer mug = beer / 啤酒; wine glass = wine, red wine / 红酒; tropical drink = juice; bubble tea / 珍珠奶茶
food: teapot / 茶壶; popcorn / 爆米花
weather: **sun = sunshine, yellow sun / 太阳; *sun with face = smiling sun / 太阳; **crescent moon = moon / 月亮
weather: *cloud = white cloud / 云; **star = yellow star / 星星; *rainbow / 彩虹
weather: **cloud with rain = rain, raining, rainy, rain cloud / 下雨, 雨, 雨天; *snowflake = snow / 雪花, 雪
weather: **snowman / 雪人; *snowman without snow = snowman / 雪人; *fire = flame / 火, 火焰
weather: *umbrella with rain drops = umbrella, rain / 雨伞, 下雨; *droplet = drop of water, water drop / 水滴
weather: *full moon = moon / 满月; *high voltage = lightning, lightning bolt, flash / 闪电
weather: *globe showing Europe-Africa = earth, globe, planet / 地球; globe showing Americas = earth, globe
weather: globe showing Asia-Australia = earth, globe; glowing star; umbrella / 伞
weather: sun behind cloud = sun and cloud / 多云; cloud with lightning = thunder / 打雷
weather: cloud with snow = snowing / 下雪; tornado / 龙卷风; water wave = wave, sea / 海浪
weather: ringed planet = planet, saturn / 土星; last quarter moon face = moon; full moon face = moon
weather: first quarter moon face = moon; comet / 彗星; shooting star / 流星; volcano / 火山; mountain / 山
weather: snow-capped mountain
vehicles: **rocket = spaceship, space rocket / 火箭, 宇宙飞船
vehicles: **automobile = car, automobile, red car, sedan / 汽车, 小汽车, 轿车; *oncoming automobile = car / 汽车
vehicles: *bus / 公交车; *bicycle = bike / 自行车; **airplane = plane, aeroplane / 飞机
vehicles: *sailboat = boat, sailing boat / 帆船, 船; *locomotive = steam train, train / 火车; *taxi = cab / 出租车
vehicles: *police car / 警车; *fire engine = fire truck / 消防车; *ambulance / 救护车; *helicopter / 直升机
vehicles: *flying saucer = UFO / 飞碟; *delivery truck = truck, lorry / 卡车; *tractor / 拖拉机; *ship = boat / 轮船
vehicles: *train = metro / 列车; racing car / 赛车; motorcycle = motorbike / 摩托车
vehicles: motor scooter = scooter / 踏板车; sport utility vehicle = suv, jeep; speedboat; tram; metro
vehicles: high-speed train / 高铁; bullet train; oncoming bus = bus; small airplane = plane; parachute; anchor / 锚
places: **house = home / 房子, 家; *house with garden = house, home / 房子; *castle / 城堡; *tent / 帐篷; hut
places: office building; school / 学校; hospital / 医院; church / 教堂; factory / 工厂; ferris wheel / 摩天轮
places: desert island = island / 海岛; beach with umbrella
objects: **crown = golden crown, king's crown / 皇冠, 王冠; *key / 钥匙; *bell / 铃铛
objects: *wrapped gift = gift, present / 礼物; **balloon = red balloon / 气球; *light bulb = lamp, bulb / 灯泡
objects: *alarm clock = clock / 闹钟; *guitar / 吉他; *soccer ball = football, ball / 足球; *basketball / 篮球
objects: *closed book = book, red book / 书; *scissors / 剪刀; *pencil / 铅笔; *glasses / 眼镜
objects: *sunglasses = shades / 墨镜; *t-shirt = shirt / T恤; *top hat = hat / 帽子; *ring / 戒指
objects: *gem stone = diamond, gem / 钻石, 宝石; *camera / 相机; *mobile phone = phone, smartphone / 手机
objects: *hammer / 锤子; *Christmas tree = xmas tree / 圣诞树; *jack-o-lantern = pumpkin / 南瓜灯, 南瓜
objects: *trophy = cup / 奖杯; *teddy bear / 泰迪熊; *envelope = letter / 信封; *magnet / 磁铁; *drum / 鼓
objects: *bomb / 炸弹; *candle / 蜡烛; trumpet / 小号; violin / 小提琴; musical note = note / 音符; telephone
objects: laptop / 笔记本电脑; television = TV / 电视; radio; watch / 手表; hourglass done / 沙漏
objects: open book / 打开的书; books / 书本; money bag / 钱袋; coin / 金币; locked = lock, padlock / 锁
objects: crossed swords = swords / 剑; axe / 斧头; wrench / 扳手; gear / 齿轮; dress / 裙子; jeans / 牛仔裤
objects: socks / 袜子; gloves / 手套; scarf / 围巾; running shoe = shoe / 鞋; high-heeled shoe; backpack / 背包
objects: handbag / 手提包; graduation cap; necktie = tie / 领带; lipstick / 口红; baseball / 棒球; tennis / 网球
objects: volleyball / 排球; kite / 风筝; game die = dice / 骰子; puzzle piece; video game; artist palette / 调色板
objects: magnifying glass tilted left = magnifying glass / 放大镜; paintbrush; toothbrush / 牙刷; bed / 床
objects: chair / 椅子; door / 门; bathtub; broom; shield / 盾牌; telescope / 望远镜; microscope; pill; syringe
objects: party popper; sparkles / 闪光; package = box / 箱子
faces: **crying face = sad face, tear / 哭脸, 哭
faces: **smiling face with smiling eyes = smile, smiling face, happy face / 笑脸, 微笑
faces: *grinning face = happy face, grin / 笑脸; *angry face = angry, mad / 生气; **ghost = spooky ghost / 鬼, 幽灵
faces: *robot = robot face / 机器人; *alien = alien face / 外星人; *skull / 骷髅
faces: *face with tears of joy = laughing face, laughing / 笑哭; *loudly crying face = sobbing / 大哭
faces: *smiling face with sunglasses = cool face, cool / 墨镜笑脸; *smiling face with heart-eyes = in love / 爱心眼
faces: *clown face = clown / 小丑; *sleeping face = sleeping / 睡觉; *winking face = wink / 眨眼
faces: *enraged face = red angry face / 愤怒; *pile of poo = poop / 便便; face blowing a kiss = kiss
faces: thinking face / 思考; nerd face; face with medical mask = mask / 口罩; cowboy hat face = cowboy
faces: smiling face with horns = devil / 魔鬼; smiling face with halo = angel face / 天使
faces: frowning face = sad / 难过; neutral face; slightly smiling face = smile / 微笑; pensive face = sad
faces: disappointed face = sad; fearful face = scared; astonished face = surprised; face with open mouth = surprised
faces: exploding head; sleepy face; partying face = party; star-struck; face with tongue; nauseated face; hot face
faces: cold face; goblin; ogre; alien monster; Santa Claus / 圣诞老人; snowboarder; eyes / 眼睛; eye
faces: mouth = lips / 嘴; ear / 耳朵; thumbs up = like / 点赞; waving hand = hand / 手; clapping hands; victory hand
faces: footprints; bone / 骨头; tooth / 牙齿; brain / 大脑
hearts: **red heart = heart, love / 心, 爱心, 红心; *blue heart / 蓝心; *green heart / 绿心; *yellow heart / 黄心
hearts: *purple heart / 紫心; *broken heart / 心碎; orange heart / 橙心; black heart / 黑心; pink heart / 粉心
hearts: heart with arrow; sparkling heart; two hearts; heart on fire; growing heart; heart with ribbon
"""


def read_everyday(table: str = TABLE) -> dict[str, Everyday]:
    """Parse the table: emoji label → what people call it."""
    things: dict[str, Everyday] = {}
    for line in table.strip().splitlines():
        for entry in line.partition(":")[2].split(";"):
            words, _, chinese = entry.partition("/")
            label, _, english = words.partition("=")
            stars = label.count("*")
            things[label.strip(" *")] = Everyday(stars, _listed(english), _listed(chinese))
    return things


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())
