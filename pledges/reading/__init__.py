"""From files to text: pages of newspapers, reports and notices as text, HTML, PDF or DOCX, or behind a link."""
