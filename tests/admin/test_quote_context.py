from pledges.admin.quote_context import quote_context

PAGE = "本报讯 云岭市今年计\n划投资3\n85亿元，比上年多。"


def test_line_breaks_in_text_are_ignored() -> None:
    assert quote_context(PAGE, "计划投资385亿元") == ("本报讯 云岭市今年", "计划投资385亿元", "，比上年多。")


def test_spaces_in_quote_are_ignored() -> None:
    assert quote_context(PAGE, "投资 385 亿元") == ("本报讯 云岭市今年计划", "投资385亿元", "，比上年多。")


def test_context_is_limited_to_length() -> None:
    assert quote_context(PAGE, "385亿元", length=2) == ("投资", "385亿元", "，比")


def test_quote_that_fills_the_text_has_no_context() -> None:
    assert quote_context("到年底", "到年底") == ("", "到年底", "")


def test_missing_quote_gives_none() -> None:
    assert quote_context(PAGE, "投资386亿元") is None


def test_blank_quote_gives_none() -> None:
    assert quote_context(PAGE, " \n") is None
