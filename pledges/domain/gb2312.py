"""Characters of GB 2312, which nearly all Chinese text in legacy encodings is made of.

Any bytes of a Western encoding or of Big5 are mostly valid in GB18030 too, but read as rare characters.
"""

# Characters of GB 2312 that Python's codec maps differently from GB18030.
ALSO_IN_GB2312 = str.maketrans("", "", "·—")


def outside_gb2312(text: str) -> str:
    """Return the different characters of a text that GB 2312 lacks, in the order of the text."""
    return "".join(each for each in dict.fromkeys(text.translate(ALSO_IN_GB2312)) if not _is_gb2312(each))


def _is_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
