from pledges.admin.quote_context import quote_context

PAGE = "本报讯 云岭市今年计\n划投资3\n85亿元，比上年多。"


def test_a_quote_is_found_across_the_line_breaks_of_the_page() -> None:
    assert quote_context(PAGE, "计划投资385亿元") == ("本报讯 云岭市今年", "计划投资385亿元", "，比上年多。")


def test_spaces_of_the_quote_are_ignored_too() -> None:
    assert quote_context(PAGE, "投资 385 亿元") == ("本报讯 云岭市今年计划", "投资385亿元", "，比上年多。")


def test_only_so_much_is_shown_around() -> None:
    assert quote_context(PAGE, "385亿元", length=2) == ("投资", "385亿元", "，比")


def test_a_quote_at_either_end_has_nothing_beyond_it() -> None:
    assert quote_context("到年底", "到年底") == ("", "到年底", "")


def test_other_words_are_not_found() -> None:
    assert quote_context(PAGE, "投资386亿元") is None


def test_no_words_are_not_found() -> None:
    assert quote_context(PAGE, " \n") is None
