"""From text to a syntax tree and back: scanner, words, grammar, messages, formatter."""
