"""One file a command, as manage.py finds them."""
