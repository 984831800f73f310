"""Words: pure functions from text to text, no Django."""
