"""The frame of the application itself."""


def test_the_health_page_answers(browser):
    assert browser.get("/healthz").response.json == {"status": "ok"}
