"""The documentation: its examples run, its written pages say what the code says, its links lead somewhere."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import httpx2 as httpx
import pytest

from nabz.cli import docs
from tests import services
from tests.architecture.tree import ROOT, domains, repository
from tests.examples import FENCE, Example, differences, examples
from tests.program import Program, environment, nabz

EXAMPLES = [
    *(ROOT / name for name in ("README.md", "README.fa.md")),
    *sorted((ROOT / "docs" / "start").glob("*.md")),
    *sorted((ROOT / "docs" / "guide").glob("*.md")),
]
SHOWN_BASE = "http://127.0.0.1:8000"
ANCHOR = '<h3 id="kit.not-found">'
SETTING_UP = ROOT / "docs" / "start" / "first-call.md"


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


# ---------------------------------------------------------------- the examples run


@pytest.fixture(scope="session")
def curl() -> None:
    services.needed(lambda: Path(found) if (found := shutil.which("curl")) else None, "curl")


def setting_up() -> Example:
    return next(examples(SETTING_UP.read_text(encoding="utf-8")))


def run(page: list[Example], site: Program, folder: Path) -> list[str]:
    """What each example of a page prints, in one shell; the first that fails ends the test."""
    command = folder / "nabz"
    command.write_text(f'#!/bin/sh\nexec {" ".join(map(quoted, nabz()))} "$@"\n')
    command.chmod(0o755)
    script = []
    for place, example in enumerate(page):
        commands = example.commands.replace(SHOWN_BASE, site.base_url)
        script.append(f"{{ {commands}\n}} >{place}.said 2>{place}.complaint || exit 1")
    variables = environment(PATH=f"{folder}:{os.environ['PATH']}", NABZ_DATA=str(site.data), LC_ALL="C.UTF-8")
    done = subprocess.run(["bash", "-c", "\n".join(script)], cwd=folder, env=variables, timeout=120, check=False)
    complaints = "".join(path.read_text() for path in folder.glob("*.complaint"))
    assert done.returncode == 0, complaints
    return [(folder / f"{place}.said").read_text(encoding="utf-8") for place in range(len(page))]


@pytest.mark.parametrize("path", EXAMPLES, ids=relative)
def test_the_examples_of_a_page_answer_as_it_shows(path: Path, site: Program, tmp_path: Path, curl: None) -> None:
    page = list(examples(path.read_text(encoding="utf-8")))
    if page and "BASE=" not in page[0].commands:
        page.insert(0, setting_up())
    faults = [
        f"{relative(path)}:{example.line}: {difference}"
        for example, said in zip(page, run(page, site, tmp_path), strict=True)
        if example.answer
        for difference in differences(example, said)
    ]
    assert not faults, "\n".join(["", *faults])


@pytest.mark.parametrize(
    ("language", "shown", "said"),
    [
        ("json", '{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
        ("json", '{"a": "x"}', '{"a": "y"}'),
        ("json", "[1]", "[1, 2]"),
        ("http", "HTTP/1.1 200 OK\nrequestId: …", "HTTP/1.1 404 Not Found\r\nrequestid: 1\r\n\r\n"),
        ("text", "the chain holds", "seal 1: an entry was changed"),
    ],
)
def test_an_answer_that_differs_is_seen(language: str, shown: str, said: str) -> None:
    assert list(differences(Example(1, "", language, shown), said))
    assert not list(differences(Example(1, "", language, shown), shown))


def test_the_shown_credentials_are_those_of_the_demo(site: Program) -> None:
    ditas = site.demo["ditas"]
    commands = setting_up().commands
    assert f"CLIENT={ditas['client_id']}:{ditas['client_secret']}\n" in commands
    assert f"USER_NAME={ditas['username']}\nPASSWORD={ditas['password']}\n" in commands
    assert f"PID={ditas['pids']['echo']}\n" in commands
    for name in ("README.md", "README.fa.md"):
        assert commands in (ROOT / name).read_text(encoding="utf-8")


def test_a_refused_call_is_found_by_its_number(site: Program) -> None:
    """What the tour promises: the vendor finds its own refusal in the portal."""
    vendor = site.demo["portal"]["vendor"]
    ditas = site.demo["ditas"]
    with httpx.Client(base_url=site.base_url) as browser:
        form = {"grant_type": "password", "username": ditas["username"], "password": ditas["password"]}
        token = browser.post("/oauth/token", data=form, auth=(ditas["client_id"], ditas["client_secret"])).json()
        headers = {"authorization": f"Bearer {token['access_token']}", "pid": "0" * 24}
        refused = browser.post("/api/client/apim/v1/nabz/gwecho/Echo", json={}, headers=headers)
        assert refused.status_code == 429
        word = re.search(r'name="csrf" value="(\w+)"', browser.get("/login").text)
        assert word
        browser.post("/login", data={"csrf": word[1], **{name: vendor[name] for name in ("username", "password")}})
        number = refused.headers["requestid"]

        def found() -> bool:
            page = browser.get(f"/my/calls/{number}")
            return page.status_code == 200 and number in page.text

        services.until(found, seconds=5, what="the call's line in the log")


@pytest.mark.parametrize("path", EXAMPLES, ids=relative)
def test_commands_for_the_readers_machine_are_well_written(path: Path) -> None:
    blocks = [fence[2] for fence in FENCE.finditer(path.read_text(encoding="utf-8")) if fence[1] == "sh"]
    done = subprocess.run(["bash", "-n"], input="\n".join(blocks), capture_output=True, text=True, check=False)
    assert not done.stderr


# ---------------------------------------------------------------- the pages


def test_written_pages_say_what_the_code_says() -> None:
    """Pages that are stale are written anew by `python -m nabz.cli.docs`."""
    folder = ROOT / "docs" / "reference"
    stale = [name for name, text in docs.pages().items() if (folder / name).read_text(encoding="utf-8") != text]
    assert not stale


def test_every_domain_has_its_page() -> None:
    named = {path.stem for path in (ROOT / "docs" / "domains").glob("*.md")}
    assert domains(repository()) | {"kit", "web"} <= named


def test_one_persian_term_is_one_english_name() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:2] == "| "]
    terms = [row[:2] for row in rows if row[0] not in {"Persian", "---"}]
    assert len(terms) > 40
    for column in (0, 1):
        seen = [row[column].lower() for row in terms]
        assert sorted(set(seen)) == sorted(seen)


def test_decisions_have_their_four_parts() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = (folder / "README.md").read_text(encoding="utf-8")
    for path in sorted(folder.glob("[0-9]*.md")):
        headings = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert headings == ["The question", "What was decided", "What else was looked at", "What it costs"], path.name
        assert f"({path.name})" in listed, path.name


@pytest.mark.parametrize("name", ["README.md", "README.fa.md", "CHANGELOG.md", "CONTRIBUTING.md"])
def test_every_link_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]+)", text) + re.findall(r'(?:src|href)="([^"#]+)"', text)
    assert not [link for link in links if "://" not in link and not (ROOT / link).exists()]


def test_letters_are_persian_in_the_documentation() -> None:
    arabic = re.compile("[\u064a\u0643]")
    assert not [path for path, text in repository().items() if path.endswith(".md") and arabic.search(text)]


@pytest.mark.checks
def test_the_site_is_built_and_asks_no_other_machine(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path / "site")]
    variables = environment(NO_MKDOCS_2_WARNING="1")
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    asking = re.compile(r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?(?:https?:)?//|<link\b[^>]*stylesheet[^>]*//")
    asked = [page.name for page in (tmp_path / "site").rglob("*.html") if asking.search(page.read_text("utf-8"))]
    assert not asked
    persian = (tmp_path / "site" / "fa" / "index.html").read_text(encoding="utf-8")
    assert '<div dir="rtl" lang="fa">' in persian
    catalogue = (tmp_path / "site" / "reference" / "errors" / "index.html").read_text(encoding="utf-8")
    assert ANCHOR in catalogue


@pytest.fixture(scope="session")
def shown(site: Program) -> Iterator[Callable[[str], httpx.Response]]:
    """What the program shows at an address, asked for once."""
    with httpx.Client(base_url=site.base_url) as browser:
        yield cache(browser.get)


def test_a_problem_leads_to_its_entry(shown: Callable[[str], httpx.Response]) -> None:
    assert shown("/api/v1/nothing").json()["type"] == "/docs/reference/errors/#kit.not-found"
    assert ANCHOR in shown("/docs/reference/errors/").text


@pytest.mark.parametrize("name", [relative(path) for path in sorted((ROOT / "docs").rglob("*.md"))])
def test_a_page_is_shown_by_the_program_without_marks_left_over(
    name: str, shown: Callable[[str], httpx.Response]
) -> None:
    address = name.removesuffix(".md").removesuffix("README").removesuffix("index").strip("/")
    page = shown(f"/{address}/")
    assert page.status_code == 200
    article = page.text.partition("<article")[2].partition("</article>")[0]
    said = re.sub(r"<pre[^>]*>.*?</pre>|<code>.*?</code>", "", article, flags=re.DOTALL)
    assert not re.findall(r"&lt;\w+|^:::|!!!|\]\(|\*\*", said, re.MULTILINE)
    for link in re.findall(r'href="(/docs/[^"]*)"', said):
        path, _, mark = link.partition("#")
        there = shown(path)
        assert there.status_code == 200, link
        assert not mark or f'id="{mark}"' in there.text, link


def quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"
