"""Tables of Chinese characters for searches: traditional and simplified forms, and pinyin."""
