"""The words of the query language, in both languages; docs/search.md lists them."""

from unicodedata import normalize

FIELDS = {
    "topic": "主题",
    "tag": "标签",
    "author": "作者",
    "year": "年份 年",
    "added": "添加 添加于 加入",
    "kind": "类型",
    "lang": "语言",
    "cat": "分类",
    "has": "有 含",
    "is": "状态 是",
    "by": "成员 来自",
    "sort": "排序",
}
VALUES = {
    "kind": {"paper": "papers 论文", "blog": "blogs 博客"},
    "lang": {"zh": "chinese 中文", "en": "english 英文"},
    "has": {
        "summary": "summaries 笔记",
        "note": "notes annotation annotations 批注",
        "code": "代码",
    },
    "is": {
        "unread": "未读",
        "starred": "星标 已星标",
        "withdrawn": "撤稿 已撤稿",
        "inbox": "收件箱",
    },
    "sort": {
        "relevance": "相关 相关度",
        "newest": "最新",
        "added": "添加 最近添加",
        "title": "标题",
    },
}


def field(word: str) -> str | None:
    """Return the field a keyword stands for, if any.

    >>> field("Topic"), field("主题"), field("foo")
    ('topic', 'topic', None)
    """
    return _FIELD_OF.get(_folded(word))


def value(name: str, word: str) -> str | None:
    """Return the value of the field `name` that a word stands for, if any."""
    return _VALUE_OF[name].get(_folded(word))


def _folded(word: str) -> str:
    return normalize("NFKC", word).strip().casefold()


def _by_word(words: dict[str, str]) -> dict[str, str]:
    return {word: key for key, more in words.items() for word in [key, *more.split()]}


_FIELD_OF = _by_word(FIELDS)
_VALUE_OF = {name: _by_word(words) for name, words in VALUES.items()}
