"""The needs of a market, moved on step by step, are those that a ranker weighs from scratch."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.cards import NeedCard, OfferCard
from matchmaker.matching.ranker import TfidfRanker
from matchmaker.matching.weighed import WeighedNeeds

from .test_matching_updates import BASE, BODIES, GLOSSARY, WORDS

SAID = st.lists(st.sampled_from([*WORDS, "훈제", "연어"]), max_size=6).map(" ".join)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("need"), st.sampled_from("klmno"), SAID),
        st.tuples(st.just("no need"), st.sampled_from("klmno"), SAID),
        st.tuples(st.just("offer"), st.sampled_from("abcdef"), SAID),
        st.tuples(st.just("no offer"), st.sampled_from("abcdef"), SAID),
        st.tuples(st.just("fit"), st.just(""), SAID),
        st.tuples(st.just("merge"), st.just(""), SAID),
    ),
    max_size=14,
)


def same(mine, its):
    return all(
        one.dtype == other.dtype and np.array_equal(one, other)
        for one, other in zip(mine, its, strict=True)
    )


@given(STEPS, st.integers(1, 3))
@settings(max_examples=150, deadline=None)
def test_moving_on_comes_to_the_same_as_weighing_all(steps, size):
    ranker, cards, pool = TfidfRanker(GLOSSARY).fit(BASE), {}, WeighedNeeds()
    for number, (act, id_, body) in enumerate(steps, start=1):
        match act:
            case "need":
                cards.pop(id_, None)  # an edited need may stand in another place
                cards[id_] = NeedCard(id_, body=body)
            case "no need":
                cards.pop(id_, None)
            case "offer":
                ranker = ranker.update(added=[OfferCard(id_, body=body)])
            case "no offer":
                ranker = ranker.update(removed=[id_] if id_ in ranker.places_ else [])
            case "fit":
                ranker = TfidfRanker(GLOSSARY).fit([*BASE, OfferCard("zz", body=body)])
            case "merge":
                ranker = ranker.merge()
        if number % size == 0:
            pool = pool.moved(ranker, cards, ranker.count_needs)
            assert list(pool.cards) == list(cards)
            assert same(pool.needs, ranker.weigh(list(cards.values())))


@given(st.lists(BODIES, min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_only_what_has_changed_is_read(bodies):
    ranker = TfidfRanker(GLOSSARY).fit(BASE)
    cards = {str(n): NeedCard(str(n), body=body) for n, body in enumerate(bodies)}
    read = []

    def count(some):
        read.extend(card.id for card in some)
        return ranker.count_needs(some)

    before = WeighedNeeds().moved(ranker, cards, count)
    kept = before.needs
    assert read == list(cards)
    later = cards | {"0": NeedCard("0", body="훈제 연어"), "x": NeedCard("x")}
    pool = before.moved(ranker.update(added=[OfferCard("a", body="연어")]), later, count)
    assert read == [*cards, "0", "x"]
    pool = pool.moved(TfidfRanker(GLOSSARY).fit(BASE[:2]), later, count)
    assert read == [*cards, "0", "x"], "another fit reads nothing"
    assert before.needs is kept and same(kept, ranker.weigh(list(cards.values())))


def test_terms_that_nobody_says_any_more_are_let_go():
    fits = [TfidfRanker(GLOSSARY).fit(BASE) for _ in range(2)]
    pool = WeighedNeeds()
    for number in range(40):
        ranker = fits[number % 2]
        cards = {"n": NeedCard("n", body=f"word{number}q another{number}z 도자기")}
        pool = pool.moved(ranker, cards, ranker.count_needs)
        assert same(pool.needs, ranker.weigh(list(cards.values())))
    assert len(pool._numbers) < 200
