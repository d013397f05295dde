"""People who do not exist.

The division codes that begin the identity numbers (province, then 9017) and the prefixes of the
telephone numbers (161, 164, 169) were never assigned, and the places are invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from scripts.district.numbers import mod_11_2

SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
    "苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史"
)
BOYS: Final = "伟强磊军勇杰涛明超刚平辉鹏飞浩宇轩博文昊天佳子豪俊毅志远建国立成嘉诚泽睿晨阳"
GIRLS: Final = "芳娜敏静丽艳娟霞秀英玲桂兰洁梅琳雪莹倩婷欣怡雨涵诗梦佳思琪雅文子萱晓燕若彤馨月"
ADULTS: Final = "建国卫东志强海燕玉兰秀珍红梅永刚春生立新淑华桂芝长河凤云振华月英保田"
ETHNIC: Final = ("汉族", "满族", "回族", "蒙古族", "朝鲜族", "壮族")
#: Province, first two digits of its division codes, a town with a police station.
PROVINCES: Final = (
    ("河北省", "13", "清河湾镇"),
    ("河南省", "41", "槐树庄镇"),
    ("山东省", "37", "柳泉镇"),
    ("安徽省", "34", "竹溪镇"),
    ("四川省", "51", "青杠镇"),
    ("湖北省", "42", "芦塘镇"),
    ("山西省", "14", "石桥镇"),
    ("黑龙江省", "23", "松涛镇"),
)
TOWNS: Final = ("云杉镇", "桃源镇", "石门镇", "清泉乡", "杏林镇", "双桥镇")
ESTATES: Final = ("望山家园", "杏林小区", "清泉里", "桃花园", "云杉苑", "石桥新村")


@dataclass(slots=True)
class Person:
    """A pupil as a person: what the roster says besides schooling."""

    name: str
    sex: str
    birth: date
    identity: str
    ethnic_group: str
    native_place: str
    household: str
    address: str
    present_address: str
    telephone: str
    family: tuple[tuple[str, str, str], ...]
    boarding: bool


class People:
    """Makes people; no two have one identity number."""

    def __init__(self, seed: str) -> None:
        self._rng = Random(f"{seed}/people")
        self._identities: set[str] = set()

    def adult(self) -> str:
        """Return the name of a grown-up."""
        rng = self._rng
        return rng.choice(SURNAMES) + "".join(rng.sample(ADULTS, rng.choice((1, 2, 2))))

    def telephone(self) -> str:
        return self._rng.choice(("161", "164", "169")) + f"{self._rng.randrange(10**8):08}"

    def identity(self, province: str, birth: date, sex: str) -> str:
        """Return an identity number of 18 characters that fits birth date and sex."""
        while True:
            serial = 2 * self._rng.randrange(500) + (sex == "男")
            digits = f"{province}9017{birth:%Y%m%d}{serial:03}"
            if digits not in self._identities:
                self._identities.add(digits)
                return digits + mod_11_2(digits)

    def address(self) -> str:
        rng = self._rng
        return (
            f"北京市平谷区{rng.choice(TOWNS)}{rng.choice(ESTATES)}{rng.randint(1, 28)}号楼"
            f"{rng.randint(1, 6)}单元{rng.randint(1, 6)}0{rng.randint(1, 4)}室"
        )

    def pupil(self, entered_primary: int, *, guest: bool, boarding: bool) -> Person:
        """Return a child who entered primary school in September of a year, six years old."""
        rng = self._rng
        sex = rng.choice("男女")
        birth = date(entered_primary - 7, 9, 1) + timedelta(days=rng.randrange(365))
        surname = rng.choice(SURNAMES)
        given = rng.sample(BOYS if sex == "男" else GIRLS, 1 + (rng.random() < 0.75))
        province, code, town = rng.choice(PROVINCES) if guest else ("北京市", "11", "")
        present = self.address()
        if guest:
            household = f"{province}{town}派出所"
            address = f"{province}{town}{rng.randint(1, 30)}组{rng.randint(1, 99)}号"
        else:
            household, address = f"北京市平谷区{rng.choice(TOWNS)}派出所", present
        father = surname + rng.choice(ADULTS) + rng.choice(ADULTS)
        family = (
            ("父亲", father, self.telephone()),
            ("母亲", self.adult(), self.telephone()),
        )
        return Person(
            name=surname + "".join(given),
            sex=sex,
            birth=birth,
            identity=self.identity(code, birth, sex),
            ethnic_group=rng.choices(ETHNIC, (92, 3, 2, 1, 1, 1))[0],
            native_place=province if guest else "北京市平谷区",
            household=household,
            address=address,
            present_address=present,
            telephone=family[0][2],
            family=family,
            boarding=boarding,
        )
