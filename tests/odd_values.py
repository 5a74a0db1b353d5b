"""What a form must survive: empty, huge, wrong-typed, script-like, emoji, half Hangul, NUL."""

ODD = {
    "empty": "",
    "spaces": " \u3000\t ",
    "huge": "가" * 350_000,
    "script": "<script>alert('x')</script>\"'>",
    "emoji": "👩‍🔧🏭 " * 5,
    "half": "ㄱㅏㄴㅏ ㅎㅏㄴ" * 4,
    "nul": "\x00",
    "nul inside": "작업\x00 지시를 전산으로 바꾸기",
    "number": "-1",
    "float": "1e999",
    "infinite": "9" * 400,
    "other digits": "①②③",
    "list": "[]",
    "template": "{{ config }} %(name)s %s {0}",
}
