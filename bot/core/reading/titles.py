"""Whom an invoice is made out to.

In: a text as written. Out: a company's name or 个人. Never: a tax number or an address taken for a name.
"""

import re
import unicodedata

from bot.core.text import plain

PERSON = "个人"
_ORG = re.compile(
    r"[一-鿿A-Za-z0-9()·&]{2,40}?(?:公司|事务所|研究院|研究所|合作社|经营部|工作室|商行|商店|中心|学校|小学|中学|大学|学院|幼儿园"
    r"|医院|诊所|协会|委员会|管理局|超市|酒店|饭店|药店|厂)(?:[一-鿿()]{0,12}(?:分公司|分店|分院|办事处))?"
)
_CALLED = re.compile(
    r"(?:抬头|公司名称?|单位名称?|公司全称)\s*(?:是|为|就?开|写|填|用|叫)?\s*[::]?\s*([^\s,，。;；:]{2,60})"
)
_LEADS = re.compile(
    r"^(?:发票|抬头|公司名称?|单位名称?|公司全称|全称|名称|的话|麻烦|请|帮我|给我|那就|就|我们?|要|开成?|写|填|用|改成?|是|为|叫|公司的?(?=[一-鿿]{4})|[::\s,，。])+"
)
_PERSONAL = re.compile(r"个人|私人|自己的?名")
_NO_NAME = re.compile(r"不|吗|么|什么|怎么|\?|没|[0-9A-Za-z]{12,}|@")
_LEAST, _MOST = 2, 60


def read_title(text: str) -> str | None:
    """The one whom a text names beyond doubt: an organisation by its last word, whatever is called the title, 个人."""
    folded = unicodedata.normalize("NFKC", text)
    called, org = _CALLED.search(folded), _ORG.search(folded)
    if org:
        return _LEADS.sub("", org[0])
    if called and not _NO_NAME.search(called[1]):
        return PERSON if _PERSONAL.search(called[1]) else called[1]
    return PERSON if _PERSONAL.search(folded) and not _NO_NAME.search(folded) else None


def titled(text: str) -> str | None:
    """The whole of an answer as a name, without what leads up to it."""
    name = _LEADS.sub("", unicodedata.normalize("NFKC", text).strip()).strip(" ,，。!！~")
    told = len(plain(name)) >= _LEAST and len(name) <= _MOST
    return name if told and not _NO_NAME.search(name) else None
