"""Notes: texts of the language inside Markdown, and their claims as tests."""
