"""How the reader was taught: encoder/reader.py is what it became."""
