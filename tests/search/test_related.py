import pytest

from kb.models import Entry
from kb.search.related import related
from tests.factories import topic_at
from tests.search.asking import entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(library_index):
    """Entries about three things, by a word of their titles."""
    made = {}
    for number, title in enumerate(
        (
            *("Mixture of experts routing", "Sparse mixture of experts layers"),
            *("Instruction tuning of experts mixture", "Diffusion of images"),
            *("Latent diffusion images", "检索增强生成", "检索增强的语言模型"),
        ),
        start=1,
    ):
        made[title] = entry(title, number)
    library_index()
    return made


def test_what_shares_the_telling_words_is_related(library):
    titles = {key: title for title, key in library.items()}

    def alike(title):
        return [titles[key] for key in related(library[title])]

    assert set(alike("Mixture of experts routing")[:2]) == {
        "Sparse mixture of experts layers",
        "Instruction tuning of experts mixture",
    }
    assert alike("Diffusion of images")[0] == "Latent diffusion images"
    assert alike("检索增强生成") == ["检索增强的语言模型"]


def test_an_entry_is_not_related_to_itself_and_no_more_than_asked_are_shown(library):
    for key in library.values():
        assert key not in related(key)
        assert len(related(key, size=1)) <= 1
        assert related(key) == related(key)


def test_only_what_is_listed_is_related(library, library_index):
    first, second = list(library.values())[:2]
    Entry.objects.filter(pk=second).update(status="inbox")
    library_index()

    assert second not in related(first)
    assert first in related(second)
    assert related(10**9) == []


def test_many_deleted_documents_do_no_harm(library, library_index):
    for number in range(12):
        Entry.objects.update(title=f"Mixture of experts {number}")
        library_index()

    assert related(next(iter(library.values())))


def test_an_entry_whose_words_no_other_has_is_related_to_none(library_index):
    alone = entry("Xylophone", 1)
    entry("Zither", 2, topics=[topic_at(["a"])])
    library_index()

    assert related(alone) == []
