"""Mixins for admin classes.

Each mixin derives from Unfold's `ModelAdmin`, so that `super()` has its type. A class that is not meant to be
combined is called `…Admin`.
"""
