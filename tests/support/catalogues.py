"""Finds what is wrong with the words of the interface: which the pages use, and what the catalogues say."""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

# Where the calls of gettext have their context, their message and its plural.
_PLACES: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}
_NAMES = {name: name for name in _PLACES} | {f"{name}_lazy": name for name in _PLACES}
_NAMES |= {"_": "gettext", "gettext_noop": "gettext"}

_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"(?<!\w)({'|'.join(_NAMES)})\(\s*({_STRING}(?:\s*,\s*{_STRING})*)")
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%%")
_PERSONAL = (
    "Report-Msgid-Bugs-To",
    "POT-Creation-Date",
    "PO-Revision-Date",
    "Last-Translator",
    "Language-Team",
)


@dataclass(frozen=True, slots=True, order=True)
class Message:
    text: str
    plural: str = ""
    context: str = ""


def _message(name: str, strings: list[str]) -> Message:
    context, text, plural = _PLACES[_NAMES[name]]
    return Message(
        strings[text],
        "" if plural is None else strings[plural],
        "" if context is None else strings[context],
    )


def messages_of_template(source: str) -> set[Message]:
    """What Django's own extraction sees in a template."""
    return {
        _message(call[1], [ast.literal_eval(text) for text in re.findall(_STRING, call[2])])
        for call in _CALL.finditer(templatize(source))
    }


def messages_of_python(source: str) -> set[Message]:
    """Every gettext call of a module. Raises ValueError for one whose message is computed."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
        if name not in _NAMES:
            continue
        needed = max(place for place in _PLACES[_NAMES[name]] if place is not None) + 1
        try:
            strings = [ast.literal_eval(argument) for argument in node.args[:needed]]
            found.add(_message(name, strings))
        except (ValueError, IndexError) as fault:
            raise ValueError(
                f"line {node.lineno}: {name}() needs plain strings, or no catalogue can hold them"
            ) from fault
    return found


def used_messages(root: Path) -> dict[Message, str]:
    """Every message of the templates and the code below `root`, with the file that uses it."""
    used: dict[Message, str] = {}
    for folder, ending, read in (
        ("templates", "*.html", messages_of_template),
        ("studyapp", "*.py", messages_of_python),
    ):
        for path in sorted((root / folder).rglob(ending)):
            for message in read(path.read_text("utf-8")):
                used.setdefault(message, path.relative_to(root).as_posix())
    return used


def catalogue_faults(catalogue: polib.POFile, used: dict[Message, str]) -> list[str]:
    """One line for each fault: header, missing, stale, empty, fuzzy, placeholders, unsafe characters."""
    held = {
        Message(e.msgid, e.msgid_plural or "", e.msgctxt or ""): e
        for e in catalogue
        if not e.obsolete
    }
    faults = [f"header: {fault}" for fault in _header_faults(catalogue)]
    faults += [f"missing: {m.text!r} of {where}" for m, where in used.items() if m not in held]
    faults += [f"stale: {message.text!r}" for message in held if message not in used]
    faults += [f"stale: {entry.msgid!r} (commented out)" for entry in catalogue.obsolete_entries()]
    for entry in held.values():
        faults += [f"{fault}: {entry.msgid!r}" for fault in _entry_faults(entry)]
    return sorted(faults)


def _header_faults(catalogue: polib.POFile) -> Iterator[str]:
    if catalogue.metadata_is_fuzzy:
        yield "fuzzy"
    if not catalogue.metadata.get("Plural-Forms", "").startswith("nplurals=1;"):
        yield "Plural-Forms must say nplurals=1"
    for name in _PERSONAL:
        if name in catalogue.metadata:
            yield f"{name} must go (manage.py compile_words takes it out)"


def _entry_faults(entry: polib.POEntry) -> Iterator[str]:
    if entry.fuzzy:
        yield "fuzzy"
    words = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if len(words) != 1 or not words[0].strip():
        yield "untranslated"
        return
    # The message for many is the model: it has every placeholder, the one for 1 may leave out the number.
    wanted = _placeholders(entry.msgid_plural or entry.msgid)
    if _placeholders(words[0]) != wanted:
        yield "placeholders"
    # Django writes a translation into the page as it is, also inside an attribute.
    if set(words[0]) & set('"<>&') - set(entry.msgid):
        yield "unsafe characters"


def _placeholders(text: str) -> list[str]:
    return sorted(_PLACEHOLDER.findall(text))


def compiled_faults(paths: Iterable[Path]) -> list[str]:
    """The .po files whose .mo is absent or not what polib makes of them."""
    faults = []
    for path in paths:
        compiled = path.with_suffix(".mo")
        if not compiled.is_file():
            faults.append(f"not compiled: {path}")
        elif compiled.read_bytes() != polib.pofile(str(path)).to_binary():
            faults.append(f"compiled from an older text: {path}")
    return faults
