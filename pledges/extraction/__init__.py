"""Read quantified commitments from a text: a text goes in, candidates with reasons come out.

The package is pure: it needs neither Django nor a database. Units, metrics and simplified forms of characters are
passed in as a `Lexicon`. The modules follow the codebook of the record:

- `page`: paragraphs, sections and sentences of a text, with the offsets of the original
- `numerals`, `numbers`: the figures of a sentence, in Arabic and Chinese numerals, with their units
- `refusals`: figures that are no commitments, each with a reason
- `times`, `tense`: years, deadlines and periods; what is past and what is planned
- `strength`, `bounds`, `measures`: how firm a target is, and what its figure means
- `labels`, `speakers`: what is measured, who said it, and which place is bound
- `reader`: puts them together
- `scoring`: compares what was read with a record
"""
