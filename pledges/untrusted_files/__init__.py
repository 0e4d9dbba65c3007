"""Files from outside: what they are by their content, and how to read them within limits."""
