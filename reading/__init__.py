"""Reads a guest's message: what kind it is, and whether somebody is in danger. No LLM, no database,
nothing of the house (docs/architecture.md)."""
