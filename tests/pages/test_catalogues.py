"""The words of the interface are complete in every language, and the finder of faults finds them."""

import sys
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.template import Context, Template
from django.utils import translation

from tests.support.catalogues import (
    Message,
    catalogue_faults,
    compiled_faults,
    messages_of_python,
    messages_of_template,
    used_messages,
)

TRANSLATED = [code for code, _ in settings.LANGUAGES if code != "en"]
MAKE_WORDS = "run `make words`"


def path_of(code: str) -> Path:
    return Path(settings.LOCALE_PATHS[0]) / code / "LC_MESSAGES" / "django.po"


# --- the real catalogues ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", TRANSLATED)
def test_catalogue_fits_the_pages(code: str) -> None:
    used = used_messages(settings.BASE_DIR)
    assert len(used) > 100, "the finder no longer reads the templates"
    assert catalogue_faults(polib.pofile(str(path_of(code))), used) == []


def test_compiled_catalogues_are_fresh() -> None:
    assert compiled_faults(map(path_of, TRANSLATED)) == [], MAKE_WORDS


@pytest.mark.parametrize("code", TRANSLATED)
def test_django_speaks_every_message(code: str) -> None:
    """What Django looks up at run time is what the catalogue holds, percent signs included."""
    for entry in polib.pofile(str(path_of(code))):
        with translation.override(code):
            if entry.msgid_plural:
                said = [translation.ngettext(entry.msgid, entry.msgid_plural, n) for n in (0, 1, 2)]
                assert said == [entry.msgstr_plural[0]] * 3
            elif entry.msgctxt:
                assert translation.pgettext(entry.msgctxt, entry.msgid) == entry.msgstr
            else:
                assert translation.gettext(entry.msgid) == entry.msgstr


def test_template_shows_one_percent_sign() -> None:
    [text] = [e.msgid for e in polib.pofile(str(path_of("ko"))) if "200 %%" in e.msgid]
    source = '{% translate "' + text.replace("%%", "%") + '" %}'
    with translation.override("ko"):
        shown = Template(source).render(Context())
    assert "200% 확대" in shown


# --- reading messages ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% translate "Save" %}', Message("Save")),
        ("{% translate 'Save' %}", Message("Save")),
        ('{% trans "Save" as word %}', Message("Save")),
        ('{% translate "It\'s here" %}', Message("It's here")),
        ('{% translate "Save" context "button" %}', Message("Save", context="button")),
        ('{% translate "at 200 % zoom" %}', Message("at 200 %% zoom")),
        ('<a title="{% translate "Save" %}">', Message("Save")),
        ('{{ _("Save") }}', Message("Save")),
        ('{% include "x.html" with word=_("Save") %}', Message("Save")),
        ("{% blocktranslate %}Say “{{ word }}”{% endblocktranslate %}", Message("Say “%(word)s”")),
        (
            "{% blocktranslate count n=rows|length %}{{ n }} row's{% plural %}{{ n }} rows"
            "{% endblocktranslate %}",
            Message("%(n)s row's", "%(n)s rows"),
        ),
    ],
)
def test_template_messages_are_read(source: str, expected: Message) -> None:
    assert messages_of_template(source) == {expected}


def test_template_text_and_comments_are_not_messages() -> None:
    source = '_("no") {# {% translate "no" %} #}{% comment %}{% translate "no" %}{% endcomment %}'
    assert messages_of_template(source) == set()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("Save")', Message("Save")),
        ('_("Save " "it")', Message("Save it")),
        ('translation.gettext_lazy("Save")', Message("Save")),
        ('ngettext("a row", "rows", n)', Message("a row", "rows")),
        ('pgettext("button", "Save")', Message("Save", context="button")),
        ('npgettext("list", "a row", "rows", n)', Message("a row", "rows", "list")),
    ],
)
def test_python_messages_are_read(source: str, expected: Message) -> None:
    assert messages_of_python(source) == {expected}


def test_python_message_that_is_computed_is_refused() -> None:
    with pytest.raises(ValueError, match="line 2: _\\(\\) needs plain strings"):
        messages_of_python('n = 1\n_(f"{n} rows")')


# --- planted faults --------------------------------------------------------------------------------

HEADER = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
SAVE = '\nmsgid "Save"\nmsgstr "저장"\n'
ROWS = '\nmsgid "%(n)s row"\nmsgid_plural "%(n)s rows"\nmsgstr[0] "%(n)s줄"\n'
REFUSED = '\nmsgid "No."\nmsgstr "안 돼요."\n'

Plant = Callable[[str], list[str]]


@pytest.fixture
def faults_of(tmp_path: Path) -> Plant:
    """A small site with three messages; gives the faults of a catalogue for it."""
    for name, text in {
        "templates/page.html": '{% translate "Save" %}'
        "{% blocktranslate count n=n %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}",
        "studyapp/views.py": '_("No.")',
    }.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, "utf-8")
    return lambda text: catalogue_faults(polib.pofile(text), used_messages(tmp_path))


def test_whole_catalogue_has_no_fault(faults_of: Plant) -> None:
    assert faults_of(HEADER + SAVE + ROWS + REFUSED) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (ROWS + REFUSED, "missing: 'Save' of templates/page.html"),
        (SAVE + ROWS, "missing: 'No.' of studyapp/views.py"),
        (SAVE + REFUSED, "missing: '%(n)s row' of templates/page.html"),
        (SAVE + ROWS + REFUSED + '\nmsgid "Old"\nmsgstr "옛"\n', "stale: 'Old'"),
        (
            SAVE + ROWS + REFUSED + '\n#~ msgid "Old"\n#~ msgstr "옛"\n',
            "stale: 'Old' (commented out)",
        ),
        (SAVE.replace("저장", "") + ROWS + REFUSED, "untranslated: 'Save'"),
        (SAVE.replace("저장", " ") + ROWS + REFUSED, "untranslated: 'Save'"),
        (SAVE + ROWS.replace("%(n)s줄", "") + REFUSED, "untranslated: '%(n)s row'"),
        (SAVE.replace("msgid", "#, fuzzy\nmsgid") + ROWS + REFUSED, "fuzzy: 'Save'"),
        (SAVE + ROWS.replace("%(n)s줄", "줄") + REFUSED, "placeholders: '%(n)s row'"),
        (SAVE + ROWS.replace("%(n)s줄", "%(m)s줄") + REFUSED, "placeholders: '%(n)s row'"),
        (SAVE.replace("저장", "%(n)s 저장") + ROWS + REFUSED, "placeholders: 'Save'"),
        (SAVE.replace("저장", '\\"저장\\"') + ROWS + REFUSED, "unsafe characters: 'Save'"),
        (SAVE.replace("저장", "<b>저장") + ROWS + REFUSED, "unsafe characters: 'Save'"),
    ],
)
def test_planted_fault_is_found(faults_of: Plant, text: str, fault: str) -> None:
    assert faults_of(HEADER + text) == [fault]


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        (HEADER.replace("nplurals=1", "nplurals=2"), "header: Plural-Forms must say nplurals=1"),
        (
            HEADER + '"Last-Translator: Somebody\\n"\n',
            "header: Last-Translator must go (manage.py compile_words takes it out)",
        ),
        ("#, fuzzy" + HEADER, "header: fuzzy"),
    ],
)
def test_planted_header_fault_is_found(faults_of: Plant, header: str, fault: str) -> None:
    assert faults_of(header + SAVE + ROWS + REFUSED) == [fault]


# --- compiling -------------------------------------------------------------------------------------


@pytest.fixture
def catalogue(tmp_path: Path, settings: object) -> Path:
    """A catalogue of its own, as makemessages leaves it: with a day and a fuzzy header."""
    path = tmp_path / "ko" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text("#, fuzzy" + HEADER + '"POT-Creation-Date: 2026-11-20\\n"\n' + SAVE, "utf-8")
    settings.LOCALE_PATHS = [tmp_path]
    return path


def test_compiling_makes_a_fresh_file_and_cleans_the_header(catalogue: Path) -> None:
    assert compiled_faults([catalogue]) == [f"not compiled: {catalogue}"]
    call_command("compile_words", verbosity=0)
    assert compiled_faults([catalogue]) == []
    cleaned = polib.pofile(str(catalogue))
    assert catalogue_faults(cleaned, {Message("Save"): "page.html"}) == []
    assert [entry.msgstr for entry in polib.mofile(str(catalogue.with_suffix(".mo")))] == ["저장"]


def test_compiling_twice_changes_nothing(catalogue: Path) -> None:
    call_command("compile_words")
    before = catalogue.read_bytes(), catalogue.stat().st_mtime_ns
    call_command("compile_words")
    assert (catalogue.read_bytes(), catalogue.stat().st_mtime_ns) == before


def test_edit_without_compiling_is_found(catalogue: Path) -> None:
    call_command("compile_words")
    catalogue.write_text(catalogue.read_text("utf-8").replace("저장", "보관"), "utf-8")
    assert compiled_faults([catalogue]) == [f"compiled from an older text: {catalogue}"]


def test_compiling_says_when_polib_is_missing(
    catalogue: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polib", None)
    with pytest.raises(CommandError, match="polib is not installed"):
        call_command("compile_words")
    assert not catalogue.with_suffix(".mo").exists()


def test_compiling_says_which_file_is_broken(catalogue: Path) -> None:
    catalogue.write_text('msgid "Save\nmsgstr', "utf-8")
    with pytest.raises(CommandError, match="django.po"):
        call_command("compile_words")
