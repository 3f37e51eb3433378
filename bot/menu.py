"""The account's menu: three keys with up to five entries each, as the platform wants it (menu/create)."""

from typing import Any

RESIDENT = (
    ("我要服务", (("说一句话预约", "menu:book"), ("服务与价格", "menu:prices"), ("紧急求助", "menu:danger"))),
    (
        "我的",
        (
            ("我的预约", "menu:mine"),
            ("我的活", "menu:today"),
            ("待回话的单", "menu:offers"),
            ("收入", "menu:income"),
            ("评价", "menu:rate"),
        ),
    ),
    ("帮助", (("转人工", "menu:human"), ("投诉", "menu:complain"), ("常见问题", "menu:faq"))),
)


def menus() -> dict[str, Any]:
    """One menu for all: the platform shows the same to residents and workers."""
    return {
        "button": [
            {"name": name, "sub_button": [{"type": "click", "name": words, "key": key} for words, key in entries]}
            for name, entries in RESIDENT
        ]
    }
