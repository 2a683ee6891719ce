"""Words that turn round what follows them, in the languages we read; without accents, as the features see them."""

_ENGLISH = """not no never none neither nor without hardly barely cannot cant dont doesnt didnt isnt arent wasnt werent
wont wouldnt couldnt shouldnt aint can't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't couldn't
shouldn't ain't haven't hasn't hadn't havent hasnt hadnt"""
_RUSSIAN = "не ни нет без никогда нельзя невозможно нечего вряд ниче никак"
# "dung" (đừng) and "hong" (hổng) are left out: without accents they are also "right" and "broken".
_VIETNAMESE = "khong ko k hok hk chang chua"
_OTHERS = """nicht kein keine keinen nie ne pas jamais sans sin nunca jamas non mai senza nao sem
नहीं मत ना لا لم لن ليس ما مش غير بدون"""

NEGATORS = tuple(f"{_ENGLISH} {_RUSSIAN} {_VIETNAMESE} {_OTHERS}".split())
