"""The whole course: teach, export, fit, measure. What `manage.py teach_encoder` runs."""

from collections.abc import Callable
from pathlib import Path

from encoder import Encoder
from training.desk import Part
from training.encoder.exporting import export
from training.encoder.fitting import fit_heads, fit_likelihood, shares_by_likelihood
from training.encoder.measuring import lanes_table, ranked, rows, texts_table
from training.encoder.teaching import teach

PARTS: tuple[Part, ...] = ("aside", "tuning")
SURE = (0.5, 0.6, 0.7, 0.75, 0.8, 0.9)


def teach_and_export(epochs: int, kept: Path, target: Path, say: Callable[[str], None]) -> None:
    pupil = teach(epochs, kept, say)
    export(pupil.reader.model, target)
    say(f"Exported to {target}.")


def fit_and_measure(target: Path, say: Callable[[str], None]) -> None:
    """Fits the heads, and says what is found in houses that nothing was taught of."""
    encoder = Encoder()
    heads, cuts = fit_heads(encoder, target)
    say(f"Cuts, chosen on the tuning houses: {cuts}")
    tuning = ranked(encoder, "tuning", "answer", "none")
    fitted = fit_likelihood(tuning)
    say(f"How likely a text answers, chosen on the tuning houses: {fitted}")
    for part in PARTS:
        found = ranked(encoder, part, "answer", "none", "menu", "allergen")
        say(f"--- {part}")
        for line in (*texts_table(found), *lanes_table(heads, rows(encoder, part), cuts)):
            say(line)
        for sure in SURE:
            say(shares_by_likelihood(found, fitted, sure))
