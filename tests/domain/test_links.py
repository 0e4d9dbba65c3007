"""Which texts are links."""

import pytest

from pledges.domain.links import is_link


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a?b=c#d",
        "http://127.0.0.1:8000/",
        "https://[::1]/",
        "https://例え.example/",
        "https://straße.example/",
        "https://xn--r8jz45g.example/",
        "https://my_host.example/",
        "https://archive.example/2024/https://news.example/",
    ],
)
def test_url_of_a_host_is_a_link(url: str) -> None:
    assert is_link(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://☃.example/",
        "https://ⓔxample.com/",
        "https://xn--a.example/",
        "https://xn--ls8h.example/",
        "https://a.example:99999/",
        "https://a.example:0/",
        "https://user:password@a.example/",
        "https://a.example/ https://b.example/",
    ],
)
def test_url_of_a_host_that_can_not_exist_is_no_link(url: str) -> None:
    assert not is_link(url)
