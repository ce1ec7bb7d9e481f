"""The whole course: teach, export, fit, measure. What `manage.py teach_encoder` runs."""

import copy
from collections.abc import Callable
from pathlib import Path

from encoder import Encoder, Reader
from training.desk import Part
from training.encoder.exporting import export
from training.encoder.fitting import fit_heads, fit_likelihood, shares_by_likelihood
from training.encoder.measuring import lanes_table, ranked, rows, texts_table
from training.encoder.teaching import teach
from training.reader import exporting as reader_exporting
from training.reader import fitting as reader_fitting
from training.reader import teaching as reader_teaching

PARTS: tuple[Part, ...] = ("aside", "tuning")
SURE = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9)
Say = Callable[[str], None]


def teach_and_export(epochs: int, kept: Path, target: Path, say: Say) -> None:
    """First the encoder, into `target`; then on its layers the reader, into `reader` there."""
    pupil = teach(epochs, kept, say)
    # Exporting takes the word table out of a model.
    export(copy.deepcopy(pupil.reader.model), target)
    say(f"Exported to {target}.")
    learned = ranked(Encoder(target), "taught")
    reader = reader_teaching.teach(
        pupil.reader.model, learned, epochs, kept.with_name("reader.pt"), say
    )
    reader_exporting.export(reader, target / "reader")
    say(f"Exported to {target / 'reader'}.")


def fit_and_measure(encoder_at: Path, heads_at: Path, say: Say) -> None:
    """Fits heads and weights, and says what is found in houses that nothing was taught of."""
    encoder = Encoder(encoder_at)
    heads, cuts = fit_heads(encoder, heads_at)
    say(f"Cuts, chosen on the tuning houses: {cuts}")
    found = {part: ranked(encoder, part, "answer", "none", "menu", "allergen") for part in PARTS}
    asked = {
        part: [each for each in found[part] if each.question.kind in {"answer", "none"}]
        for part in PARTS
    }
    fitted = fit_likelihood(asked["tuning"])
    say(f"How likely a text answers, chosen on the tuning houses: {fitted}")
    reader = Reader(encoder, encoder_at / "reader")
    read = {part: reader_fitting.judged(reader, asked[part]) for part in PARTS}
    weights = reader_fitting.fit_weights(read["tuning"])
    reader_fitting.keep_weights(encoder_at / "reader", weights)
    for part in PARTS:
        say(f"--- {part}")
        for line in (*texts_table(found[part]), *lanes_table(heads, rows(encoder, part), cuts)):
            say(line)
        for sure in SURE:
            say(shares_by_likelihood(found[part], fitted, sure))
        for line in reader_fitting.table(read[part], weights):
            say(line)
