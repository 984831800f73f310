"""Which words can be a title, and what kind of thing a link leads to."""

import re
from urllib.parse import urlsplit

from kb.text import arxiv_ids, forges, urls
from kb.text.cjk import HAN
from kb.text.remembering import remembering

_MAX_TITLE = 300
_WORDS, _IDEOGRAPHS = 2, 4  # what a title has at least that nothing else vouches for

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
_DATED = re.compile(r"([a-z]+)\d{2,4}")  # cvpr2024
_HAN = re.compile(f"[{HAN}]")

_SITES = {
    "twitter.com": "tweet",
    "x.com": "tweet",
    "github.com": "github",
    "huggingface.co": "huggingface",
    "youtube.com": "video",
    "youtu.be": "video",
    "bilibili.com": "video",
}
# What a label says of its link, by the first of these words in it.
_KINDS = {
    "code": "code github repo repository implementation 代码 开源 源码",
    "model": "model models weights checkpoint checkpoints modelscope 模型 权重",
    "data": "data dataset datasets benchmark corpus 数据 数据集",
    "project": "project homepage website page demo site leaderboard 项目 主页",
    "video": "video talk youtube bilibili 视频",
    "slides": "slides poster ppt 幻灯片",
    "blog": "blog post 博客 解读 知乎",
    "paper": "paper pdf arxiv openreview abs html preprint acl doi 论文 原文",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_KIND_OF_SITE = {"github": "code", "tweet": "", "huggingface": "", "web": ""}
_LABEL_WORDS = 4  # of a label that says what a link is, rather than what it is called


@remembering(8192)
def is_title(text: str) -> bool:
    """Whether `text` can be the title of something to read."""
    if len(text) > _MAX_TITLE or next(urls.find_urls(text), None):
        return False
    words = _WORD.findall(text.lower())
    return any(not _is_generic(word) for word in words)


def is_full_title(text: str) -> bool:
    """Whether `text` can be a title by itself: a single word may be anything."""
    if not is_title(text):
        return False
    words = [word for word in _WORD.findall(text.lower()) if not word.isdigit()]
    return len(words) >= _WORDS or len(_HAN.findall(text)) >= _IDEOGRAPHS


@remembering(16384)
def link_kind(url: str) -> str:
    """Return what a link leads to: a site of its own name, or "web".

    >>> link_kind("https://www.youtube.com/watch?v=1")
    'video'
    """
    if arxiv_ids.parse(url):
        return "arxiv"
    host = (urlsplit(url).hostname or "").removeprefix("www.").removeprefix("m.")
    return _SITES.get(host, "web")


def resource_kind(url: str, label: str) -> str:
    """Return what a link is to the entry it stands at, "" for no part of it.

    >>> resource_kind("https://a.example/", "Project Page")
    'project'
    """
    if kind := said_kind(label):
        return kind
    if link := forges.link(url):
        return link.kind
    site = link_kind(url)
    return "paper" if site == "arxiv" else _KIND_OF_SITE.get(site, site)


def said_kind(label: str) -> str:
    """Return what a label says that its link is, "" for one that says none of it."""
    words = _WORD.findall(label.lower())
    kinds = (_KIND_OF.get(word, "") for word in words if len(words) <= _LABEL_WORDS)
    return next(filter(None, kinds), "")


def _is_generic(word: str) -> bool:
    if word in _GENERIC_WORDS or word.isdigit():
        return True
    dated = _DATED.fullmatch(word)
    return bool(dated) and dated[1] in _GENERIC_WORDS  # type: ignore[index]
