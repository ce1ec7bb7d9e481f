"""The way of one question: understand, find, decide, speak. Chat, API and commands share it."""
