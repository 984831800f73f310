"""Which titles are offered as the same: near misses are, numbers and parts never."""

import pytest

from kb.text.alike import Finder

LONGNET = "LongNet: Scaling Transformers to 1,000,000,000 Tokens"
ATTENTION = "Attention Is All You Need"
TUNING = "大规模语言模型的指令微调方法综述研究"


def alike(asked, *others):
    finder = Finder([asked])
    for owner, title in enumerate(others):
        finder.see(title, owner)
    return [others[owner] for owner in finder.found().get(asked, [])]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("attention is all you need.", ATTENTION),
        ("Attention\u2010is\u2013All You  Need", ATTENTION),
        ("Atention Is All You Need", ATTENTION),
        ("Attnetion Is All You Need", ATTENTION),
        ("Sttention Is All You Need", ATTENTION),
        ("Attention Is All You Needd", ATTENTION),
        ("Attention Is All YouNeed", ATTENTION),
        ("LongNet - scaling transformers to 1000000000 tokens", LONGNET),
        ("LongNet", LONGNET),
        ("LongNet: caling Transformers to 1,000,000,000 Tokens", LONGNET),
        ("Attention Is All You Nede", ATTENTION),
        ("谨慎估计，大时探索", "谨慎估计，大胆探索"),
        (
            "多任务强化学习的联邦自然策有梯度方法",
            "多任务强化学习的联邦自然策略梯度方法",
        ),
        ("双向奖励机制的力更优流程管理", "双向奖励机制助力更优流程管理"),
        ("DPM", "DPM: Clustering Sensitive Data"),
        ("Survey of Large Language Models", "A Survey of Large Language Model"),
        ("Pretraining of Deep Networks", "Pre-training of deep networks"),
        ("大規模語言模型的指令微調方法綜述研究", TUNING),
        ("大规模语言模型 指令微调方法综述研究", TUNING),
        ("大规模语言模型的指令微调方法综诉研究", TUNING),
        ("指令微调方法综述", "指令微调方法综述：从数据到评测"),
    ],
)
def test_the_same_title_written_otherwise_is_found_either_way(written, title):
    assert alike(written, title) == [title]
    assert alike(title, written) == [written]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("GPT-3", "GPT-4"),
        ("Atypical Models of Growth", "Typical Models of Growth"),
        ("有监督语言模型的指令微调", "无监督语言模型的指令微调"),
        ("GPT-3.5 Technical Report", "GPT-35 Technical Report"),
        ("Overview of the Shared Task 2023", "Overview of the Shared Task 2024"),
        ("Deep Networks, Part I", "Deep Networks, Part II"),
        ("Deep Networks", "Deep Networks: Part 2"),
        ("Swin Transformer", "Swin Transformer V2: Scaling Up Capacity"),
        ("Vitamin A in Human Diets", "Vitamin B in Human Diets"),
        ("Fast Parsing in C", "Fast Parsing in C++"),
        ("Symmetric Tensor Networks", "Asymmetric Tensor Networks"),
        ("Learning with Supervised Models", "Learning with Unsupervised Models"),
        ("Scaling Laws: Language", "Scaling Laws: Vision"),
        ("Image Captioning with Transformers", "Video Captioning with Transformers"),
        ("Deep Learning", "Deep Leaning"),
        ("AI: An Introduction", "AI"),
        ("大模型的指令微调方法与应用综述", "小模型的指令微调方法与应用综述"),
        ("深度学习推荐系统的研究综述（上）", "深度学习推荐系统的研究综述（下）"),
        ("图神经网络第一讲基础理论与方法", "图神经网络第二讲基础理论与方法"),
        ("", "?!"),
    ],
)
def test_another_title_is_not_offered_either_way(one, other):
    assert alike(one, other) == []
    assert alike(other, one) == []


def test_a_letter_off_is_another_word_when_other_titles_have_both():
    asked, near = "Scattering of Protons in Matter", "Scattering of Photons in Matter"

    assert alike(asked, near, "Protons at Rest", "Fast Protons", "Photons") == []


def test_a_beginning_that_many_share_is_a_series():
    parts = [f"Lecture Notes: {name}" for name in ("Sets", "Maps", "Rings", "Fields")]

    assert alike("Lecture Notes", *parts[:3]) == parts[:3]
    assert alike("Lecture Notes", *parts) == []


def test_many_titles_are_looked_for_at_once():
    finder = Finder([ATTENTION, LONGNET, "Something Else Entirely"])
    for owner, title in enumerate(["LongNet", "Attention is all you need", ATTENTION]):
        finder.see(title, owner)

    assert finder.found() == {ATTENTION: [1, 2], LONGNET: [0]}
