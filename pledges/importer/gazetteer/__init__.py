"""The generator of `fixtures/places.csv`, the gazetteer of China. The site itself does not need it."""
