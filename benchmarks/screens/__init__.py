"""The screens over very many rows: CPU of a request, statements, bytes, memory."""
