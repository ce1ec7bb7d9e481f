"""How well it answers: what was found (recall), and what the whole product did (desk, judging)."""
