# INTERIM by the lead: helper-1 owns and replaces this.
import py3langid


def detect(text, candidates, default):
    if default == "en" and len(text.split()) < 3:
        return default
    return py3langid.classify(text)[0]
