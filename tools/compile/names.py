# ruff: noqa: E501  (declarations read best on one line)
"""English names of Chinese places: pinyin by pypinyin, with the names that usage or dialect fixes otherwise."""

from __future__ import annotations

import re
from functools import cache

PROVINCES = {
    "11": "Beijing", "12": "Tianjin", "13": "Hebei", "14": "Shanxi", "15": "Inner Mongolia", "21": "Liaoning",
    "22": "Jilin", "23": "Heilongjiang", "31": "Shanghai", "32": "Jiangsu", "33": "Zhejiang", "34": "Anhui",
    "35": "Fujian", "36": "Jiangxi", "37": "Shandong", "41": "Henan", "42": "Hubei", "43": "Hunan",
    "44": "Guangdong", "45": "Guangxi", "46": "Hainan", "50": "Chongqing", "51": "Sichuan", "52": "Guizhou",
    "53": "Yunnan", "54": "Tibet", "61": "Shaanxi", "62": "Gansu", "63": "Qinghai", "64": "Ningxia",
    "65": "Xinjiang",
}  # fmt: skip

PROVINCES_ZH = {
    "Beijing": "北京", "Tianjin": "天津", "Hebei": "河北", "Shanxi": "山西", "Inner Mongolia": "内蒙古", "Liaoning": "辽宁", "Jilin": "吉林",
    "Heilongjiang": "黑龙江", "Shanghai": "上海", "Jiangsu": "江苏", "Zhejiang": "浙江", "Anhui": "安徽", "Fujian": "福建", "Jiangxi": "江西",
    "Shandong": "山东", "Henan": "河南", "Hubei": "湖北", "Hunan": "湖南", "Guangdong": "广东", "Guangxi": "广西", "Hainan": "海南",
    "Chongqing": "重庆", "Sichuan": "四川", "Guizhou": "贵州", "Yunnan": "云南", "Tibet": "西藏", "Shaanxi": "陕西", "Gansu": "甘肃",
    "Qinghai": "青海", "Ningxia": "宁夏", "Xinjiang": "新疆",
}  # fmt: skip

# Usual English names that are not the pinyin of the characters.
USUAL = {
    "哈尔滨": "Harbin", "齐齐哈尔": "Qiqihar", "呼和浩特": "Hohhot", "乌鲁木齐": "Urumqi", "拉萨": "Lhasa",
    "日喀则": "Shigatse", "昌都": "Chamdo", "林芝": "Nyingchi", "山南": "Shannan", "那曲": "Nagqu", "阿里": "Ngari",
    "喀什": "Kashgar", "和田": "Hotan", "阿克苏": "Aksu", "吐鲁番": "Turpan", "哈密": "Hami", "克拉玛依": "Karamay",
    "塔城": "Tacheng", "阿勒泰": "Altay", "伊犁": "Ili", "伊犁哈萨克": "Ili Kazakh", "巴音郭楞": "Bayingolin",
    "博尔塔拉": "Bortala", "昌吉": "Changji", "克孜勒苏": "Kizilsu", "石河子": "Shihezi", "阿拉尔": "Aral",
    "图木舒克": "Tumxuk", "五家渠": "Wujiaqu", "伊宁": "Yining", "库尔勒": "Korla", "鄂尔多斯": "Ordos",
    "呼伦贝尔": "Hulunbuir", "巴彦淖尔": "Bayannur", "乌兰察布": "Ulanqab", "兴安盟": "Hinggan League", "兴安": "Hinggan",
    "锡林郭勒": "Xilingol", "阿拉善": "Alxa", "锡林浩特": "Xilinhot", "乌兰浩特": "Ulanhot", "二连浩特": "Erenhot",
    "玉树": "Yushu", "果洛": "Golog", "格尔木": "Golmud", "德令哈": "Delingha", "香格里拉": "Shangri-La",
    "阿坝": "Aba", "甘孜": "Garze", "迪庆": "Deqen", "西双版纳": "Xishuangbanna", "延边": "Yanbian",
    "大兴安岭": "Greater Khingan", "台州": "Taizhou (Zhejiang)", "泰州": "Taizhou (Jiangsu)",
}  # fmt: skip

# Readings that the pinyin library gets wrong for places.
READINGS = {
    "六安": "Lu'an", "六合": "Luhe", "亳州": "Bozhou", "蚌埠": "Bengbu", "丽水": "Lishui", "乐清": "Yueqing",
    "乐亭": "Laoting", "朝阳": "Chaoyang", "朝天": "Chaotian", "长子": "Zhangzi", "东阿": "Dong'e", "莘": "Shen",
    "浚": "Xun", "蔚": "Yu", "单": "Shan", "犍为": "Qianwei", "洪洞": "Hongtong", "井陉": "Jingxing",
    "井陉矿": "Jingxing Mining", "涡阳": "Guoyang", "歙": "She", "黟": "Yi", "铅山": "Yanshan", "番禺": "Panyu",
    "尉犁": "Yuli", "尉氏": "Weishi", "繁峙": "Fanshi", "穆棱": "Muling", "牟平": "Muping", "中牟": "Zhongmu",
    "费": "Fei", "郫都": "Pidu", "曾都": "Zengdu", "大城": "Daicheng", "监利": "Jianli", "枞阳": "Zongyang",
    "砀山": "Dangshan", "泌阳": "Biyang", "渑池": "Mianchi", "柘城": "Zhecheng", "武陟": "Wuzhi", "郏": "Jia",
    "长丰": "Changfeng", "长寿": "Changshou", "长宁": "Changning", "长安": "Chang'an", "长岛": "Changdao",
    "长沙": "Changsha", "长春": "Changchun", "长治": "Changzhi", "长垣": "Changyuan", "长葛": "Changge",
    "长武": "Changwu", "长顺": "Changshun", "长阳": "Changyang", "长乐": "Changle", "长泰": "Changtai",
    "长汀": "Changting", "长清": "Changqing", "长兴": "Changxing", "长岭": "Changling", "长白": "Changbai",
    "长海": "Changhai", "长洲": "Changzhou", "重庆": "Chongqing", "厦门": "Xiamen", "景东": "Jingdong",
    "任丘": "Renqiu", "任": "Ren", "任城": "Rencheng", "任泽": "Renze", "盖州": "Gaizhou", "石拐": "Shiguai",
}  # fmt: skip

GROUPS = {
    "蒙古族": "Mongol", "蒙古": "Mongol", "回族": "Hui", "藏族": "Tibetan", "维吾尔": "Uyghur", "苗族": "Miao",
    "彝族": "Yi", "壮族": "Zhuang", "布依族": "Buyi", "朝鲜族": "Korean", "满族": "Manchu", "侗族": "Dong",
    "瑶族": "Yao", "白族": "Bai", "土家族": "Tujia", "哈尼族": "Hani", "哈萨克族": "Kazakh", "哈萨克": "Kazakh",
    "傣族": "Dai", "黎族": "Li", "傈僳族": "Lisu", "佤族": "Va", "畲族": "She", "拉祜族": "Lahu", "水族": "Shui",
    "东乡族": "Dongxiang", "纳西族": "Naxi", "景颇族": "Jingpo", "柯尔克孜": "Kyrgyz", "土族": "Tu",
    "达斡尔族": "Daur", "仫佬族": "Mulao", "羌族": "Qiang", "布朗族": "Blang", "撒拉族": "Salar", "毛南族": "Maonan",
    "仡佬族": "Gelao", "锡伯": "Xibe", "锡伯族": "Xibe", "普米族": "Pumi", "塔吉克": "Tajik", "怒族": "Nu",
    "鄂温克族": "Evenk", "裕固族": "Yugur", "保安族": "Bonan", "独龙族": "Derung", "鄂伦春": "Oroqen", "各族": "",
    "莫力达瓦": "Morin Dawa",
}  # fmt: skip

_KINDS = (
    ("自治县", "Autonomous County"),
    ("自治旗", "Autonomous Banner"),
    ("自治州", "Autonomous Prefecture"),
    ("自治区", "Autonomous Region"),
    ("联合旗", "United Banner"),
    ("左翼", "Left Wing"),
    ("林区", "Forestry District"),
    ("特区", "Special District"),
    ("新区", "New District"),
    ("地区", "Prefecture"),
    ("县", "County"),
    ("区", "District"),
    ("市", ""),
    ("旗", "Banner"),
    ("盟", "League"),
)
_GROUP = re.compile("(" + "|".join(sorted(GROUPS, key=len, reverse=True)) + ")$")


@cache
def pinyin(characters: str) -> str:
    """One word, first letter capital, an apostrophe before a syllable that starts with a vowel."""
    from pypinyin import lazy_pinyin

    syllables = lazy_pinyin(characters, v_to_u=True)
    word = ""
    for syllable in syllables:
        word += ("'" if word and syllable[:1] in "aoe" else "") + syllable
    return word[:1].upper() + word[1:]


def parts(name_zh: str) -> tuple[str, list[str], str]:
    """Stem, ethnic groups named in it (English) and kind (English) of a Chinese place name."""
    for suffix, kind in _KINDS:  # noqa: B007
        if name_zh.endswith(suffix) and (len(name_zh) > len(suffix) + (1 if suffix in ("新区", "林区") else 0)):
            stem = name_zh[: -len(suffix)]
            break
    else:
        return name_zh, [], ""
    groups: list[str] = []
    if suffix.startswith("自治"):
        while (found := _GROUP.search(stem)) and len(stem) > len(found.group()):
            if GROUPS[found.group()]:
                groups.insert(0, GROUPS[found.group()])
            stem = stem[: -len(found.group())]
    return stem, groups, kind


def stem(name_zh: str) -> str:
    """What two names of one place have in common: the name without its kind and groups."""
    return parts(name_zh)[0]


def english(name_zh: str, *, kind: bool = True) -> str:
    """The English name; with ``kind`` the translated kind of unit is kept (Miyun District)."""
    for whole in (name_zh, name_zh.removesuffix("市")):
        if whole in USUAL:
            return USUAL[whole]
    base, groups, what = parts(name_zh)
    name = USUAL.get(base) or READINGS.get(base) or pinyin(base)
    return " ".join([name, *groups, what]).strip() if kind else name
