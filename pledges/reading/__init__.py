"""From files to candidates: what `pledges.extraction` needs from the record and from files."""
