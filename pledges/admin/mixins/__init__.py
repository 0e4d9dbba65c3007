"""Mixins for admin classes.

Each mixin derives from Unfold's `ModelAdmin`, which is what `super()` reaches in it; a class that is not meant to be
combined is called `…Admin`.
"""
