"""Which words can be a title, and what kind of thing a link leads to."""

import re
from urllib.parse import urlsplit

from kb.text import arxiv_ids, urls

_MAX_TITLE = 300

# Words that name a link, a place of publication or a date, never a paper.
_GENERIC = """
abs abstract arxiv article blog bib bibtex code colab data dataset demo doc docs doi
download full github here hf homepage html huggingface link links model models note
official openreview page paper papers pdf poster post preprint project repo repository
slides source summary talk text tweet url version video web webpage website youtube
aaai acl asplos chi coling colm colt conll corl cvpr eacl eccv emnlp findings iccv iclr
icml icra ijcai ijcv iros jmlr kdd kr mlsys naacl nature neurips nips osdi sigir sigmod
sosp tacl tmlr tpami uai usenix vldb wacv workshop www
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
论文 链接 代码 地址 原文 博客 项目 主页 视频 解读 笔记 数据 论文地址 论文链接 代码地址
项目地址 开源地址 官网
"""
_GENERIC_WORDS = frozenset(_GENERIC.split())
_WORD = re.compile(r"[^\W_]+")

_SITES = {
    "twitter.com": "tweet",
    "x.com": "tweet",
    "github.com": "github",
    "huggingface.co": "huggingface",
    "youtube.com": "video",
    "youtu.be": "video",
    "bilibili.com": "video",
}


def is_title(text: str) -> bool:
    """Whether `text` can be the title of something to read."""
    if len(text) > _MAX_TITLE or next(urls.find_urls(text), None):
        return False
    words = _WORD.findall(text.lower())
    return any(not _is_generic(word) for word in words)


def link_kind(url: str) -> str:
    """Return what a link leads to: a site of its own name, or "web".

    >>> link_kind("https://www.youtube.com/watch?v=1")
    'video'
    """
    if arxiv_ids.parse(url):
        return "arxiv"
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    return _SITES.get(host, "web")


def _is_generic(word: str) -> bool:
    return word in _GENERIC_WORDS or word.isdigit()
