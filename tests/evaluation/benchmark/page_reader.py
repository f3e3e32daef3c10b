# SPDX-FileCopyrightText: 2026 The anyview authors
# SPDX-License-Identifier: Apache-2.0
"""Reads a page as a browser would: checks that tags close, collects texts, tags and addresses."""

from html.parser import HTMLParser

VOID = {"meta", "img", "input", "br", "link"}


class PageReader(HTMLParser):
    """All that tests ask of a page."""

    def __init__(self, page):
        super().__init__()
        self.open, self.texts, self.tags, self.addresses, self.ids = [], [], [], [], []
        self.feed(page)
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.tags.append((tag, found))
        self.addresses += [v for k, v in attributes if k in ("src", "href", "action")]
        self.ids += [found["id"]] if "id" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(text)

    def count(self, tag):
        return sum(name == tag for name, _ in self.tags)
