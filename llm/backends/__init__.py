import os

# llama.cpp's OpenMP threads spin at every barrier, by default for longer than a scheduler's time
# slice: with one other busy process on two cores an answer took seconds instead of 0.2 s. They
# now spin for some 50 microseconds and then sleep. libgomp reads this once, when it is loaded, so
# it must be set before any backend imports llama.cpp. Measured: docs/engine.md.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
