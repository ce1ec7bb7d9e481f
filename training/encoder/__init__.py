"""How the encoder is taught what guests ask: lessons.py, teaching.py, exporting.py."""
