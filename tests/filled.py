"""What a browser would send of a form that it was shown."""

from html.parser import HTMLParser


class _Form(HTMLParser):
    """Collects the fields of the forms whose fields include a name."""

    def __init__(self):
        super().__init__()
        self.forms, self.texts = [], None

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append({})
        elif tag == "textarea":
            self.texts = given.get("name"), []
        elif tag == "input" and "name" in given and self.forms:
            ticked = (
                given.get("type") not in ("radio", "checkbox") or "checked" in given
            )
            if ticked:
                self.forms[-1][given["name"]] = given.get("value", "")

    def handle_data(self, data):
        if self.texts:
            self.texts[1].append(data)

    def handle_endtag(self, tag):
        if tag == "textarea" and self.texts:
            name, parts = self.texts
            # The line end right behind the tag is no part of the text.
            self.forms[-1][name] = "".join(parts).removeprefix("\n")
            self.texts = None


def form(response, name="body"):
    """Return the fields, as they are, of the form that has a field of that name."""
    parser = _Form()
    parser.feed(response.content.decode())
    (found,) = [fields for fields in parser.forms if name in fields]
    return {name: value for name, value in found.items() if "csrf" not in name}
