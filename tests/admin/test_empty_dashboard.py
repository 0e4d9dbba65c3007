"""The dashboard of a server whose record is still empty."""

from tests.admin.test_dashboard import DASHBOARD, client_of


def test_empty_cards_and_chart_show_a_text(db: None) -> None:
    page = client_of("chief", "chief editor", language="zh-hans").get(DASHBOARD).content.decode()

    for words in (
        "已逾期和即将到期的承诺都已核查。",
        "没有待您审核的记录。",
        "还没有已核准的核查记录。",
        "还没有已发布的承诺。",
    ):
        assert words in page
