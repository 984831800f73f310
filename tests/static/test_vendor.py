"""What browsers are sent is what was reviewed, and comes from this site alone."""

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
MANIFEST = json.loads((STATIC / "vendor" / "MANIFEST.json").read_text())
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted((STATIC / "js").rglob("*.js"))

ELSEWHERE = r"(?:[a-z]+:)?//"
LOADING = re.compile(
    r"<(?:audio|embed|iframe|img|link|object|script|source|use|video)\b"
    rf"""[^>]*\b(?:data|href|poster|src|srcset)\s*=\s*["']?\s*{ELSEWHERE}""",
    re.IGNORECASE,
)
STYLE_LOADING = re.compile(
    rf"""(?:url\(|@import)\s*["']?\s*{ELSEWHERE}""", re.IGNORECASE
)
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|<script(?![^>]*\bsrc=)", re.IGNORECASE
)


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("kept", MANIFEST, ids=lambda kept: kept["file"])
def test_vendored_files_are_the_reviewed_ones(kept):
    data = (STATIC / kept["file"]).read_bytes()

    assert sha256(data).hexdigest() == kept["sha256"]


def test_every_vendored_file_is_in_the_manifest_and_the_readme():
    vendor = STATIC / "vendor"
    known = {kept["file"] for kept in MANIFEST}
    there = {f"vendor/{path.name}" for path in vendor.iterdir()}
    readme = (vendor / "README.md").read_text()

    assert there - known == {"vendor/MANIFEST.json", "vendor/README.md"}
    for kept in MANIFEST:
        words = {kept["file"], kept["version"], kept["licence"], kept["sha256"]}
        assert all(word in readme for word in words)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_load_nothing_from_another_origin(path):
    assert not LOADING.findall(path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_templates_have_no_inline_script_or_style(path):
    assert not INLINE.findall(path.read_text())


@pytest.mark.parametrize("path", STYLES, ids=name)
def test_styles_load_nothing_from_another_origin(path):
    assert not STYLE_LOADING.findall(path.read_text())


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_scripts_name_no_other_origin_and_make_no_code_from_text(path):
    text = path.read_text()

    assert not re.findall(rf"""["'`]{ELSEWHERE}""", text)
    assert not re.findall(r"\b(?:eval|Function|innerHTML|outerHTML)\b", text)


def test_the_checks_see_what_they_are_for():
    assert LOADING.search('<script defer src="https://cdn.example/x.js">')
    assert LOADING.search("<img alt='' src=//cdn.example/x.png>")
    assert not LOADING.search('<a href="https://doi.org/10.1/x">')
    assert STYLE_LOADING.search("url('https://cdn.example/x.woff2')")
    assert INLINE.search('<p style="color: red">')
    assert INLINE.search("<button onclick=go()>")
    assert INLINE.search("<script>go()</script>")


def test_every_icon_a_template_names_is_in_the_sprite():
    sprite = (STATIC / "icons.svg").read_text()
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([\w-]+)" %}', path.read_text())
    }

    assert named == set(re.findall(r'<symbol id="([\w-]+)"', sprite))
