"""Text → the numbers of its pieces, as multilingual-e5-small was trained on them.

SentencePiece's unigram model (Kudo, arXiv:1804.10959) as Hugging Face's `tokenizers` computes it,
made of the package's pieces and scores.
"""

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from encoder.words import Words

LONGEST = 256
"""Pieces; a text goes on behind them unread. Staff's answers have 90 words, 130 pieces, at most."""


def tokenizer_of(words: Words) -> Tokenizer:
    begin, end = words.special.begin, words.special.end
    vocabulary = list(zip(words.pieces(), words.scores.tolist(), strict=True))
    tokenizer = Tokenizer(models.Unigram(vocabulary, words.special.unknown, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", begin), ("</s>", end)],
    )
    tokenizer.enable_truncation(LONGEST)
    return tokenizer
