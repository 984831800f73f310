"""Zhaji (札记): what a research team reads, kept, searched and true."""
