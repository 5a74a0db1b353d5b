"""Words that say nothing about what is needed or given, in both languages."""

# Requests are full of these ("we need help with …"), and so are answers to them.
_ENGLISH = """
a about above after again all also although always am an and another any anyone anything are
aren't around as at away be became because become been before being below between both but by came
can can't cannot come comes could couldn't did didn't do does doesn't doing don't done down during
each either else etc even ever every few for from further get gets getting give given gives go
goes going got had has hasn't have haven't having he help helped helping helps her here him his
how however i i'd i'll i'm i've if in into is isn't it it's its itself just keep keeps kind know
less let like likes look looking looks made make makes many may me might more most much must my
near need needed needs neither no nobody nor not nothing now of off often on once one only or
other others our ours out over own per please put quite rather really same say see seek seeking
seeks she should since so some somebody someone something soon still such take takes than that the
their them themselves then there these they thing things this those though through to too towards
under until up upon us use used very want wanted wants was wasn't way we we'd we'll we're we've
well were weren't what when where whether which while who whom whose why will wish wishes with
within without won't would wouldn't yes yet you your yours
"""

_KOREAN = """
가다 가지다 갖다 같다 것 경우 계시다 관련 그러나 그렇다 그리고 나가다 나다
나오다 내다 년 놓다 다 다른 다시 당하다 대신 대하다 더 돕다 되다 두다 둘 드리다
들다 듯 등 따르다 때 때문 또 또는 또한 많다 많이 말다 맞다 맞추다 매우 명 모두 못
못하다 및 바라다 받다 번 보다 부탁 분 사이 서다 쓰다 아니다 아주 안 않다 알다 앞
어떻다 어렵다 얻다 없다 오다 요청 원 원하다 위 위하다 이 이렇다 이루다 이미
있다 자꾸 잘 저희 전 정도 제외 조금 좀 주다 중 쪽 찾다 크다 통하다 특히 필요
필요하다 하다 하지만 함께 합니다 해 후
"""

ENGLISH_STOPS = frozenset(_ENGLISH.split())
KOREAN_STOPS = frozenset(_KOREAN.split())
