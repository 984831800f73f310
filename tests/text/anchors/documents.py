"""A summary with all that the renderer makes, and how a browser reads it."""

from html.parser import HTMLParser

from kb.text.anchors.plainform import BLOCKS, UNSEEN

DOCUMENT = r"""
# 标题

用**指令**微调，$E = mc^2$[^1]
next line &nbsp; a&b 😀𠮷

- [x] `a < b`
- [二](/x)
   - deep *down*

```

line
  next
```

| h1 | h2 |
|----|:--:|
| 一 | 2  |

$$
\frac{a}{b} \text{if x}
$$

> ![alt](https://a.example/x.png) hard
> break, https://arxiv.org/abs/2307.02486。

---

1. one[^1]
2. ~~two~~

[^1]: 脚注 **bold**

    second
"""

_VOID = {"br", "hr"}
_SPACES = " \t\n\f\r"


class Walker(HTMLParser):
    """Counts text as the documented rule says, node by node, and in no other way."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self._gap = "", ""
        self._open: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self._border(tag)
        names = dict(attrs)
        unseen = not UNSEEN.isdisjoint((names.get("class") or "").split())
        if tag not in _VOID:
            self._open.append((tag, unseen or "data-aside" in names))

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag
        self._border(tag)

    def handle_data(self, data):
        for letter in data if not self._hidden else "":
            if letter in _SPACES:
                self._gap = self._gap or " "
            else:
                self.text += (self._gap if self.text else "") + letter
                self._gap = ""

    def _border(self, tag):
        if tag in BLOCKS and not self._hidden:
            self._gap = "\n"

    @property
    def _hidden(self):
        return any(unseen for _, unseen in self._open)
