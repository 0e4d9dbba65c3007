from pledges.domain.highlights import divide


def test_text_is_divided_at_the_edges_of_spans() -> None:
    assert list(divide("计划投资385亿元", [(2, 9), None, (4, 7)])) == [
        ("计划", []),
        ("投资", [0]),
        ("385", [0, 2]),
        ("亿元", [0]),
    ]
    assert list(divide("", [])) == []
