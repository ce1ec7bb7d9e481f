"""The cold path: data sets, and how the models that ship were taught and measured.

Nothing that a guest waits for imports this room; torch lives here alone (extra `train`).
"""
