"""From files to candidates: reads the text of a page, and has what `pledges.extraction` needs from the record."""
