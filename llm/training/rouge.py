"""ROUGE-L, as track 1 of DSTC9 scored answers: no case, no punctuation, no articles.

Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004; the normalisation is that of
the challenge's scripts/scores.py. The challenge's own package counts each word once.
"""

import re

_PUNCTUATION = re.compile(r'[!"#$%&()*+,\-./:;<=>?@\[\]\\^`{|}~_\']')
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


def rouge_l(reference: str, answer: str) -> float:
    """F1 (0 … 1) of the longest common subsequence of words; 0 if either has none."""
    wanted, said = _words(reference), _words(answer)
    common = _longest_common_subsequence(wanted, said)
    return 2 * common / (len(wanted) + len(said)) if common else 0.0


def _words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", _PUNCTUATION.sub(" ", text.lower())).split()


def _longest_common_subsequence(left: list[str], right: list[str]) -> int:
    """Its length, row by row of the usual table (Wagner and Fischer, 1974)."""
    row = [0] * (len(right) + 1)
    for word in left:
        above = row
        row = [0]
        for at, other in enumerate(right, 1):
            row.append(above[at - 1] + 1 if word == other else max(above[at], row[-1]))
    return row[-1]
