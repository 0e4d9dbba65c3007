"""The shortest contents by which each file type is detected: those accepted as evidence, and some others."""

PDF = b"%PDF-1.4\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF"
GIF = b"GIF89a\x01\0\x01\0"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8 "
HTML = b"<!doctype html><title>2025</title>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
ZIP = b"PK\x03\x04\x14\0\0\0\0\0"
