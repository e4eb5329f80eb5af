"""A page of the server as a test reads it: strictly."""
import html.parser

VOID = {"meta", "link", "br"}


class Page(html.parser.HTMLParser):
    """Tags in their order, well nested; ids, addresses, and the text of each section."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.loads, self.tags = [], [], [], [], set()
        self.sections, self.all = {}, ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.add(tag)
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if tag == "a":
            self.links.append(attrs["href"])
        self.loads += [attrs[name] for name in ("src",) if name in attrs] + ([attrs["href"]] if tag == "link" else [])
        assert not any(name.startswith("on") or name == "style" for name in attrs)
        if tag == "section":
            self.section = attrs["aria-labelledby"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.all += data
        if "section" in self.open:
            self.sections[self.section] = self.sections.get(self.section, "") + data
