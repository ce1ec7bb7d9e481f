"""What operators see of answers: metrics, spans and one log line each; no guest's words."""
