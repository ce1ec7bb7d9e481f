"""The questions that `manage.py evaluate_model` asks, and the search before them."""
