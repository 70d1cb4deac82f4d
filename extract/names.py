"""Names of authorities, as reports print them."""

from __future__ import annotations

import re

_ORGAN = re.compile(
    r"[\u4e00-\u9fff（）()·、]{2,40}?(?:人民政府|政府|管委会|委员会|委|办公室|办公厅|办事处|办|局|厅|部|署|院|中心|分局|街道|镇|乡|"
    r"苏木|农场|林场|公司|会|联合社|银行|台|兵团|第[一二三四五六七八九十]+师|领导小组|所|站|馆|处|室|队|海关|小组|[中小大]学|学校|幼儿园|市|县|区|省|州|盟|旗|开发区|新区|新城)"
)
_OFFICE = re.compile(r"(?:人民政府|政府)?(?:办公室|办公厅|办事处)?$")
_SECOND_NAME = re.compile(r"[（(][^（）()]*[)）]$")
_NOT_ORGAN = re.compile(
    r"情况|事项|问题|措施|工作|报告|如下|网站|首页|正文|无障碍|主动公开|政府信息公开(?!办|处|科|领导)|^[一二三四五六七八九十]+、|^[（(][一二三四五六七八九十]|^(?:中国·|智慧|来源|部门|特此|联系|地址|无|没有)"
)
_REST_OF_NAME = re.compile(  # begins as no name does
    r"(?:[镇乡县市区旗](?=人民政府)|街道(?=办事处)|苏木(?=人民政府)|乡(?=建设|规划|管理)|[分支]?局|[厅院署]|[支大]队|管?委员?会|管理委员会|(?:人民)?政府|办事处|办公[厅室])"
)
NOBODY = frozenset("本站 本网 本网站 网站 本站原创 原创 互联网 转载 未知 其他 管理员 admin null".split())
PLACE = r"(?!.*政府)[\u4e00-\u9fff]{2,18}[省市州盟县区旗乡镇]|[\u4e00-\u9fff]{2,18}街道"

_LONGEST = 60  # characters


def is_organ(plain: str) -> bool:
    """Tell whether a text without blanks is the name of an authority and nothing else."""
    if len(plain) > _LONGEST:
        return False
    return _ORGAN.fullmatch(_SECOND_NAME.sub("", plain)) is not None and not _NOT_ORGAN.search(plain)


def is_rest_of_name(plain: str) -> bool:
    """Tell whether a text without blanks that reads like a name lacks its beginning: 镇人民政府, 分局, 办公室."""
    return _REST_OF_NAME.match(plain) is not None


def is_after_organ(name: str, own: str) -> bool:
    """Tell whether the name of an authority is printed behind another one's: 某县人民政府某县教育局."""
    other = name.removesuffix(own)
    return "" != other != name and is_organ(other) and not re.fullmatch(PLACE, other)


def bear_one_name(one: str, other: str) -> bool:
    """Tell whether two names are of one authority: 江油市 and 江油市人民政府办公室, 教育局 and 江油市教育局, 海西州 and
    海西蒙古族藏族自治州; 江油市 and 江油市教育局 are not.
    """
    short, long = sorted((_OFFICE.sub("", _SECOND_NAME.sub("", name)) or name for name in (one, other)), key=len)
    rest = iter(long)
    if long.startswith(short) and not re.fullmatch(PLACE, short) and is_organ(long.removeprefix(short)):
        return False  # 江油市公安局, and its 交通警察支队公安局
    return bool(short) and short[-1] == long[-1] and all(character in rest for character in short)
